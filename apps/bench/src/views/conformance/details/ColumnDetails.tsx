import type { ComponentChildren } from 'preact';
import { grouped } from '../../../design/numbers.ts';
import type { Column } from '../matrix/columns.ts';
import { placeTitles } from '../reports/places.ts';
import { titleOf, type Ran, type Report } from '../reports/report.ts';
import { Details } from './Details.tsx';
import { Deviations, Failures } from './Findings.tsx';

const entries = ({ tier, date, machine, commit }: Report, ran: Ran): readonly (readonly [string, ComponentChildren])[] => {
  const { info, passed, failed, seconds, soak } = ran;
  const versions = Object.entries(info.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ['checks', `${passed} passed, ${failed} failed (tier ${tier}, ${seconds} s)`],
    [
      'device',
      <>
        {info.device}
        {info.softwareAdapter && (
          <strong class="warn"> A GPU that is imitated in software: its times say nothing about a GPU.</strong>
        )}
      </>,
    ],
    ['SIMD, threads', `${info.simd ? 'yes' : 'no'}, ${info.threads}`],
    ...(versions.length === 0 ? [] : [['libraries', versions.join(', ')] as const]),
    ['runtime', info.runtime],
    ...(soak === null ? [] : [['long training', `${grouped(soak.steps)} steps, after which memory was as before`] as const]),
    ['machine', machine],
    ['date', commit === null ? date : `${date}, commit ${commit}`],
  ];
};

const ReportFacts = ({ report }: { readonly report: Report }) => {
  const { place, result } = report;
  return (
    <section class="stack">
      <h3>{placeTitles[place]}</h3>
      {'refusal' in result ? (
        <p>Refuses to run: {result.refusal}</p>
      ) : (
        <>
          <dl class="facts">
            {entries(report, result).map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ))}
          </dl>
          <Failures failures={result.failures} />
          <Deviations deviations={result.deviations} />
        </>
      )}
    </section>
  );
};

/** Everything about one backend that is not about one op. */
export const ColumnDetails = ({ column, onClose }: { readonly column: Column; readonly onClose: () => void }) => (
  <Details title={titleOf(column)} onClose={onClose}>
    {column.reports.map((report) => (
      <ReportFacts key={report.id} report={report} />
    ))}
  </Details>
);
