import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import { short } from '../../../design/numbers.ts';
import { TableScroll } from '../../../design/TableScroll.tsx';
import { SOFTWARE } from '../Cell.tsx';
import { firstRunsOf } from './firstRuns.ts';

/** The first run apart from the steady state. */
export const FirstRuns = ({ records }: { readonly records: readonly BenchmarkRecord[] }) => {
  const rows = firstRunsOf(records);
  if (rows.length === 0) return <p class="muted">First runs: this file does not have them.</p>;
  return (
    <section class="stack">
      <h3>First runs</h3>
      <p class="small muted">
        The first run of a workload compiles and warms up; the same number of steps later is what the times above are made of.
      </p>
      <TableScroll label="First runs beside the steady state">
        <table>
          <thead>
            <tr>
              <th scope="col">workload</th>
              <th scope="col">column</th>
              <th scope="col" class="number">
                steps
              </th>
              <th scope="col" class="number">
                first run, ms
              </th>
              <th scope="col" class="number">
                the same later, ms
              </th>
              <th scope="col" class="number">
                first / later
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ record: { workload, column, software }, steps, first, later }) => (
              <tr key={`${workload} ${column}`}>
                <th scope="row">{workload}</th>
                <td>
                  {column}
                  {software && <span class="small warn"> {SOFTWARE}</span>}
                </td>
                <td class="number">{steps}</td>
                <td class="number">{short(first)}</td>
                <td class="number">{short(later)}</td>
                <td class="number">{short(first / later)}×</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
};
