import { median, type WorkersRow } from '@nalu/experiments/benchmark';
import { short } from '../../../design/numbers.ts';
import { TableScroll } from '../../../design/TableScroll.tsx';

const perMillisecond = (rates: readonly number[]): string => short(median(rates) / 1000);

/** What a population keeps of the throughput of independent copies when workers share it. */
export const Workers = ({ rows }: { readonly rows: readonly WorkersRow[] }) => {
  if (rows.length === 0) return <p class="muted">Workers: this run did not measure them; nalu bench --suite speed does.</p>;
  return (
    <section class="stack">
      <h3>Workers</h3>
      <p class="small muted">
        Steps of one member in a millisecond, medians: one population shared out among workers, and as many copies that know
        nothing of one another.
      </p>
      <TableScroll label="A population shared out among workers">
        <table>
          <thead>
            <tr>
              <th scope="col">backend</th>
              <th scope="col">workload</th>
              <th scope="col" class="number">
                workers
              </th>
              <th scope="col" class="number">
                shared out
              </th>
              <th scope="col" class="number">
                copies
              </th>
              <th scope="col" class="number">
                share
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ column, workload, workers, rounds, reason }) => (
              <tr key={`${column} ${workers}`}>
                <th scope="row">{column}</th>
                <td>{workload}</td>
                <td class="number">{workers}</td>
                {reason === null && rounds.length > 0 ? (
                  <>
                    <td class="number">{perMillisecond(rounds.map(({ sharded }) => sharded))}</td>
                    <td class="number">{perMillisecond(rounds.map(({ independent }) => independent))}</td>
                    <td class="number">
                      {short(100 * median(rounds.map(({ sharded, independent }) => sharded / independent)))} %
                    </td>
                  </>
                ) : (
                  <td colSpan={3} class="muted">
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
