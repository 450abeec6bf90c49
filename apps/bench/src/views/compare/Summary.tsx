import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import { short } from '../../design/numbers.ts';
import { TableScroll } from '../../design/TableScroll.tsx';
import { factorsOf, type ColumnFactors } from './factors.ts';

const cell = ({ record, factor }: ColumnFactors['cells'][number]) => {
  if (factor !== null) return <span class={factor === 1 ? 'good' : ''}>{short(factor)}×</span>;
  if (record?.status === 'wrong') return <strong class="bad">WRONG</strong>;
  return <span class="muted">n/a</span>;
};

/** Every column against the best of each workload. */
export const Summary = ({ name, records }: { readonly name: string; readonly records: readonly BenchmarkRecord[] }) => {
  const workloads = [...new Set(records.map(({ workload }) => workload))];
  return (
    <section class="stack">
      <h2>All workloads</h2>
      <TableScroll label={`${name}: times over that of the fastest column`}>
        <table>
          <thead>
            <tr>
              <th scope="col">column</th>
              {workloads.map((workload) => (
                <th key={workload} scope="col" class="number">
                  {workload}
                </th>
              ))}
              <th scope="col" class="number">
                geometric mean
              </th>
            </tr>
          </thead>
          <tbody>
            {factorsOf(records).map(({ column, cells, mean }) => {
              const timed = cells.filter(({ factor }) => factor !== null).length;
              return (
                <tr key={column}>
                  <th scope="row">{column}</th>
                  {cells.map((each, i) => (
                    <td key={workloads[i]} class="number">
                      {cell(each)}
                    </td>
                  ))}
                  <td class="number">
                    {mean === null ? '' : `${short(mean)}×`}
                    {mean !== null && timed < cells.length && <span class="small muted"> of {timed}</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
};
