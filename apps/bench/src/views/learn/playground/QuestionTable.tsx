import { TableScroll } from '../../../design/TableScroll.tsx';
import type { Frame, PopulationSetting } from '../../../workers/train/protocol.ts';
import { show } from '../drawing/numbers.ts';

interface QuestionTableProps {
  readonly setting: PopulationSetting;
  readonly now: Frame;
}

/** Three questions from each side are enough to see it. */
const shown = 3;

/** An answer this near is right to a reader. */
const nearly = 0.005;

const some = (setting: PopulationSetting, outside: boolean): readonly number[] => {
  const all = setting.questions.flatMap((question, i) => (question.outside === outside ? [i] : []));
  const count = Math.min(shown, all.length);
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
};

/** A few questions, the right answers, and what both networks say. */
export const QuestionTable = ({ setting, now }: QuestionTableProps) => {
  const { inputs, questions, title, ordinaryTitle, target } = setting;
  const cell = (answer: number, right: number) => (
    <td class={`number ${Math.abs(answer - right) <= nearly * Math.abs(right) ? 'good' : 'bad'}`}>{show(answer, 4)}</td>
  );
  const rows = (outside: boolean) => (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={inputs.length + 3} class="muted small">
          {outside ? 'far outside the training range' : 'inside the training range'}
        </th>
      </tr>
      {some(setting, outside).map((i) => {
        const { x, y } = questions[i]!;
        return (
          <tr key={i}>
            {x.map((value, column) => (
              <td key={inputs[column]} class="number">
                {show(value)}
              </td>
            ))}
            <td class="number">{show(y, 4)}</td>
            {cell(now.answers[i]!, y)}
            {cell(now.ordinaryAnswers[i]!, y)}
          </tr>
        );
      })}
    </tbody>
  );
  return (
    <TableScroll label="Questions and answers">
      <table>
        <thead>
          <tr>
            {inputs.map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col" class="number">
              right: {target}
            </th>
            <th scope="col" class="number">
              {title}
            </th>
            <th scope="col" class="number">
              {ordinaryTitle}
            </th>
          </tr>
        </thead>
        {rows(false)}
        {rows(true)}
      </table>
    </TableScroll>
  );
};
