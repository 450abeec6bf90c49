import { groupFailures } from '../matrix/cell.ts';
import type { Deviation, Failure } from '../reports/report.ts';

/** Only addresses that a browser opens as pages: a report is a file like any other. */
const isPage = (link: string): boolean => /^https?:\/\//.test(link);

/** Checks that failed. Those with the same message stand together. */
export const Failures = ({ failures }: { readonly failures: readonly Failure[] }) => {
  if (failures.length === 0) return null;
  return (
    <section>
      <h3 class="bad">Failed</h3>
      <ul>
        {groupFailures(failures).map(({ message, checks }) => (
          <li key={message}>
            {message}
            <br />
            <span class="small muted">
              {checks.slice(0, 6).join(', ')}
              {checks.length > 6 && ` and ${checks.length - 6} more`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
};

/** Failures that are known, with their reasons. */
export const Deviations = ({ deviations }: { readonly deviations: readonly Deviation[] }) => {
  if (deviations.length === 0) return null;
  return (
    <section>
      <h3 class="warn">Known deviations</h3>
      <ul>
        {deviations.map(({ op, case: name, reason, link }) => (
          <li key={`${op}: ${name}`}>
            {op}: {name}. {reason} {isPage(link) ? <a href={link}>More</a> : link}
          </li>
        ))}
      </ul>
    </section>
  );
};
