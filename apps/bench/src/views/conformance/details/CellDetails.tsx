import { TableScroll } from '../../../design/TableScroll.tsx';
import { grouped } from '../../../design/numbers.ts';
import { findings } from '../matrix/cell.ts';
import type { Column } from '../matrix/columns.ts';
import { placeTitles } from '../reports/places.ts';
import { titleOf } from '../reports/report.ts';
import type { OpFacts } from '../tolerance.ts';
import { showUlp } from '../ulp.ts';
import { Details } from './Details.tsx';
import { Deviations, Failures } from './Findings.tsx';

interface CellDetailsProps {
  readonly column: Column;
  readonly facts: OpFacts;
  readonly onClose: () => void;
}

/** One op on one backend: the worst error at each place, and its input. */
export const CellDetails = ({ column, facts, onClose }: CellDetailsProps) => {
  const { op, formula, allowed, special } = facts;
  const found = findings(column, op);
  const refusals = column.reports.flatMap(({ place, result }) =>
    'refusal' in result ? [{ place, message: result.refusal }] : [],
  );
  return (
    <Details
      title={
        <>
          <code>{op}</code> on {titleOf(column)}
        </>
      }
      onClose={onClose}
    >
      <dl class="facts">
        <dt>formula</dt>
        <dd>{formula}</dd>
        <dt>allowed error</dt>
        <dd>{allowed}; denormal numbers (below 1.2·10⁻³⁸) may count as 0</dd>
        {special !== '' && (
          <>
            <dt>special values</dt>
            <dd>{special}</dd>
          </>
        )}
      </dl>
      {found.length > 0 && (
        <TableScroll label={`Worst errors of ${op}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">place</th>
                <th scope="col" class="number">
                  worst error, ulp
                </th>
                <th scope="col">its input</th>
                <th scope="col" class="number">
                  values compared
                </th>
                <th scope="col">tier</th>
                <th scope="col">date</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ report, measured }) => (
                <tr key={report.id}>
                  <th scope="row">{placeTitles[report.place]}</th>
                  <td class="number">
                    {measured === undefined
                      ? 'n/a'
                      : measured.worstUlp === null
                        ? 'none measured'
                        : showUlp(measured.worstUlp, 3)}
                  </td>
                  <td>
                    {measured?.worstInput ? (
                      <code>{measured.worstInput}</code>
                    ) : (
                      <span class="muted">{measured?.worstUlp ? 'not in the report' : ''}</span>
                    )}
                  </td>
                  <td class="number">{grouped(measured?.cases ?? 0)}</td>
                  <td>{report.tier}</td>
                  <td class="number">{report.date}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      <Failures failures={found.flatMap(({ failures }) => failures)} />
      <Deviations deviations={found.flatMap(({ deviations }) => deviations)} />
      {refusals.length > 0 && (
        <section>
          <h3>Refuses to run</h3>
          <ul>
            {refusals.map(({ place, message }) => (
              <li key={place}>
                {placeTitles[place]}: {message}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Details>
  );
};
