import { judgeGoals, type BenchmarkReport, type GoalResult } from '@nalu/experiments/benchmark';
import { short } from '../../../design/numbers.ts';
import { TableScroll } from '../../../design/TableScroll.tsx';
import { SOFTWARE } from '../Cell.tsx';

const withUnit = (value: number, { unit }: GoalResult): string => `${short(value)}${unit === null ? '' : ` ${unit}`}`;

/** What Nalu wants to reach, as far as this run has measured it. */
export const Goals = ({ report }: { readonly report: BenchmarkReport }) => {
  const results = judgeGoals(report).filter(({ value }) => value !== null);
  if (results.length === 0) return null;
  return (
    <section class="stack">
      <h3>Goals of Nalu</h3>
      <TableScroll label="Goals, and what this run reached">
        <table>
          <thead>
            <tr>
              <th scope="col">ratio of two times</th>
              <th scope="col" class="number">
                reached
              </th>
              <th scope="col" class="number">
                goal
              </th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            {results.map((goal) => (
              <tr key={goal.name}>
                <th scope="row">
                  {goal.name}
                  {goal.software && <span class="small warn"> {SOFTWARE}</span>}
                </th>
                <td class="number">{withUnit(goal.value!, goal)}</td>
                <td class="number">
                  {goal.atLeast ? '≥' : '≤'} {withUnit(goal.limit, goal)}
                </td>
                <td class={goal.met === true ? 'good' : 'bad'}>{goal.met === true ? 'met' : 'missed'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
};
