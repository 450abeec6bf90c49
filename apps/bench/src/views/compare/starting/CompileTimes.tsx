import { median, type CompileRecord } from '@nalu/experiments/benchmark';
import { count, short } from '../../../design/numbers.ts';
import { TableScroll } from '../../../design/TableScroll.tsx';
import { SOFTWARE } from '../Cell.tsx';

const middle = (values: readonly number[]): string => (values.length === 0 ? '' : short(median(values)));

/** From a module to a training loop that is ready: in a fresh thread, and again. */
export const CompileTimes = ({ times }: { readonly times: readonly CompileRecord[] }) => {
  if (times.length === 0) return <p class="muted">Compilation: this run did not measure it.</p>;
  return (
    <section class="stack">
      <h3>Compilation</h3>
      <p class="small muted">
        Milliseconds until a training loop is ready, medians. Cold: in a thread in which nothing else has run. Cached: the same
        graph again.
      </p>
      <TableScroll label="Compilation, cold and cached">
        <table>
          <thead>
            <tr>
              <th scope="col">backend</th>
              <th scope="col">workload</th>
              <th scope="col" class="number">
                cold, ms
              </th>
              <th scope="col" class="number">
                of that, compiling
              </th>
              <th scope="col" class="number">
                cached, ms
              </th>
              <th scope="col">how</th>
            </tr>
          </thead>
          <tbody>
            {times.map(({ column, workload, cold, compilation, again, software, reason }) => (
              <tr key={column}>
                <th scope="row">{column}</th>
                <td>{workload}</td>
                {reason === null ? (
                  <>
                    <td class="number">{middle(cold)}</td>
                    <td class="number">{middle(compilation)}</td>
                    <td class="number">{middle(again)}</td>
                    <td class="small muted">
                      {software && <strong class="warn">{SOFTWARE}: </strong>}
                      {count(cold.length, 'fresh thread')}, {count(again.length, 'compilation')} again
                    </td>
                  </>
                ) : (
                  <td colSpan={4} class="muted">
                    n/a: {reason}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
};
