import type { Frame, PopulationSetting } from '../../../workers/train/protocol.ts';
import { Chart } from '../../../charts/Chart.tsx';
import { percent, showPower } from '../drawing/numbers.ts';
import { pathOf, within } from '../../../charts/path.ts';
import { symmetric } from '../../../charts/scales.ts';

interface AnswersChartProps {
  readonly setting: PopulationSetting;
  readonly now: Frame;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 1;

const cross = (x: number, y: number): string => `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`;

const disc = (x: number, y: number): string => `M${x - 3.5} ${y}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0`;

/** Answers against right answers, on axes that are straight near 0 and logarithmic far out. */
export const AnswersChart = ({ setting: { questions, title, ordinaryTitle }, now }: AnswersChartProps) => {
  const sizes = (outside: boolean): readonly number[] =>
    questions.filter((question) => question.outside === outside).map(({ y }) => Math.abs(y));
  const unit = median(sizes(false)) / 10 || 1;
  const inside = Math.max(...sizes(false));
  const largest = 1.5 * Math.max(...questions.map(({ y }) => Math.abs(y)));
  const signed = questions.some(({ y }) => y < 0);
  const low = signed ? -largest : 0;
  /** All marks are one shape: there may be hundreds of them, many times a second. */
  const marks = (
    answers: Float32Array,
    mark: (x: number, y: number) => string,
    across: (right: number) => number,
    up: (answer: number) => number,
    top: number,
    bottom: number,
  ): string => questions.map(({ y: right }, i) => mark(across(right), within(up(answers[i]!), top, bottom))).join('');
  return (
    <div>
      <Chart
        height={340}
        left={64}
        xLabel="the right answer"
        yLabel="the network's answer"
        format={showPower}
        description={`Answers against right answers. On the diagonal an answer is right. Far outside the training range, ${title} is off by ${percent(now.errors.outside)} and ${ordinaryTitle} by ${percent(now.ordinaryErrors.outside)}.`}
        axes={({ left, right, top, bottom }) => ({
          x: symmetric(unit, largest, signed, [left, right]),
          y: symmetric(unit, largest, signed, [bottom, top]),
        })}
      >
        {({ x, y }, { top, bottom }) => (
          <>
            <rect
              class="band"
              x={x.at(signed ? -inside : 0)}
              width={x.at(inside) - x.at(signed ? -inside : 0)}
              y={top}
              height={bottom - top}
            />
            <path class="right" d={pathOf([low, largest].map((value) => [x.at(value), y.at(value)]))} />
            <path class="answer ordinary" d={marks(now.ordinaryAnswers, cross, x.at, y.at, top, bottom)} />
            <path class="answer ours" d={marks(now.answers, disc, x.at, y.at, top, bottom)} />
          </>
        )}
      </Chart>
      <ul class="legend small" aria-hidden="true">
        <li class="ours">{title}</li>
        <li class="ordinary">{ordinaryTitle}</li>
        <li class="diagonal">right</li>
        <li class="practised">practised</li>
      </ul>
    </div>
  );
};
