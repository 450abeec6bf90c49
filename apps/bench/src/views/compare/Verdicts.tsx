import { compareReports, CONFIDENCE, MARGIN, type Comparison, type Verdict } from '@nalu/experiments/benchmark';
import { short } from '../../design/numbers.ts';
import { TableScroll } from '../../design/TableScroll.tsx';
import type { Run } from '../../runs/run.ts';

const looks: { readonly [V in Verdict]: string } = {
  slower: 'bad',
  faster: 'good',
  'no difference': '',
  'not comparable': 'muted',
};

const order: readonly Verdict[] = ['slower', 'faster', 'no difference', 'not comparable'];

const time = (value: number | null, unit: string): string => (value === null ? '' : `${short(value)} ${unit}`);

const row = ({ workload, column, measure, unit, before, after, ratio, verdict, reason }: Comparison) => (
  <tr key={`${workload} ${column} ${measure}`}>
    <th scope="row">
      {workload}, {column}
    </th>
    <td>{measure}</td>
    <td class="number">{time(before, unit)}</td>
    <td class="number">{time(after, unit)}</td>
    <td class="number">
      {ratio === null ? '' : `${ratio.estimate.toFixed(2)} [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`}
    </td>
    <td>
      <strong class={looks[verdict]}>{verdict}</strong>
      {reason !== null && <span class="small muted">: {reason}</span>}
    </td>
  </tr>
);

/** Two runs, row by row: slower rows come first. */
export const Verdicts = ({ before, after }: { readonly before: Run; readonly after: Run }) => {
  const rows = [...compareReports(before.report, after.report)].sort(
    (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict),
  );
  const title = `${after.name}, compared with ${before.name}`;
  return (
    <section class="stack">
      <h2>{title}</h2>
      <p>{order.map((verdict) => `${rows.filter((each) => each.verdict === verdict).length} ${verdict}`).join(', ')}.</p>
      <TableScroll label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">row</th>
              <th scope="col">what</th>
              <th scope="col" class="number">
                before
              </th>
              <th scope="col" class="number">
                after
              </th>
              <th scope="col" class="number">
                after / before
              </th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>{rows.map(row)}</tbody>
        </table>
      </TableScroll>
      <p class="small muted">
        Ratios after Hodges and Lehmann with intervals of {CONFIDENCE * 100} % confidence; slower and faster where the whole
        interval lies more than {MARGIN * 100} % from 1.
      </p>
    </section>
  );
};
