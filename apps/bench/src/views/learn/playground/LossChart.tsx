import type { Frame, PopulationSetting } from '../../../workers/train/protocol.ts';
import { Chart } from '../../../charts/Chart.tsx';
import { show, showPower } from '../drawing/numbers.ts';
import { pathOf, within } from '../../../charts/path.ts';
import { linear, logScale } from '../../../charts/scales.ts';
import { drawnMembers } from './drawn.ts';

interface LossChartProps {
  readonly setting: PopulationSetting;
  readonly frames: readonly Frame[];
  readonly now: Frame;
}

/** Smaller losses say nothing in single precision. */
const smallest = 1e-12;

/** The losses of all members over the steps, as far as they have come. */
export const LossChart = ({ setting: { steps, members }, frames, now }: LossChartProps) => {
  const known = frames.flatMap(({ loss }) => [...loss]).filter((loss) => loss > smallest && Number.isFinite(loss));
  const low = known.reduce((least, loss) => Math.min(least, loss), 1);
  const high = known.reduce((most, loss) => Math.max(most, loss), 10 * low);
  const past = frames.filter(({ step }) => step <= now.step);
  const best = now.loss[now.best]!;
  return (
    <Chart
      height={220}
      left={54}
      xLabel="steps"
      yLabel="mean squared error on new rows from the training range"
      format={(value, axis) => (axis === 'y' ? showPower(value) : show(value))}
      description={`The losses of ${members} networks over ${steps} steps. At step ${now.step} the best has ${show(best, 2)}; the worst has ${show(Math.max(...now.loss), 2)}.`}
      axes={({ left, right, top, bottom }) => ({
        x: linear([0, steps], [left, right], 5),
        y: logScale(low, high, bottom, top, 4),
      })}
    >
      {({ x, y }) => {
        const line = (member: number): string =>
          pathOf(past.map(({ step, loss }) => [x.at(step), y.at(within(loss[member]!, low, high))]));
        return (
          <>
            <path class="member" d={drawnMembers(members).map(line).join('')} />
            <path class="member best" d={line(now.best)} />
          </>
        );
      }}
    </Chart>
  );
};
