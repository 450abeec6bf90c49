import type { IdentitySetting, IdentityState } from '../../../workers/train/protocol.ts';
import { Chart } from '../../../charts/Chart.tsx';
import { show } from '../drawing/numbers.ts';
import { pathOf } from '../../../charts/path.ts';
import { linear } from '../../../charts/scales.ts';
import { answersOf, errorFarOutside, meanAnswers, titleOf } from './networks.ts';
import './identity.css';

interface IdentityChartProps {
  readonly setting: IdentitySetting | null;
  readonly states: ReadonlyMap<number, IdentityState>;
  /** Index of the network that stands out; −1: none. */
  readonly chosen: number;
}

const describe = (setting: IdentitySetting | null, states: ReadonlyMap<number, IdentityState>): string => {
  const task =
    'What networks answer, against what they are asked, from −20 to 20. The right answers are the diagonal; they practised from −5 to 5.';
  if (setting === null) return `${task} Nothing is trained yet.`;
  const errors = [...states].map(([i, state]) => `${titleOf(setting.networks[i]!)} ${show(errorFarOutside(setting, state), 2)}`);
  return `${task} Mean error at ±20: ${errors.join(', ')}.`;
};

/** The answers of all networks between −20 and 20. */
export const IdentityChart = ({ setting, states, chosen }: IdentityChartProps) => (
  <div>
    <Chart
      height={430}
      left={34}
      xLabel="the number they are given"
      yLabel="the number they say"
      format={(value) => show(value)}
      description={describe(setting, states)}
      axes={({ left, right, top, bottom }) => ({
        x: linear([-20, 20], [left, right], 8),
        y: linear([-24, 24], [bottom, top], 6),
      })}
    >
      {({ x, y }, { top, bottom }) => (
        <>
          <rect class="band" x={x.at(-5)} width={x.at(5) - x.at(-5)} y={top} height={bottom - top} />
          <path class="right" d={pathOf([-24, 24].map((value) => [x.at(value), y.at(value)]))} />
          {setting !== null &&
            [...states].map(([i, state]) => {
              const line = (answers: ArrayLike<number>): string =>
                pathOf(setting.x.map((question, at) => [x.at(question), y.at(answers[at]!)]));
              if (i === chosen)
                return Array.from({ length: setting.members }, (_, member) => (
                  <path key={`${i} ${member}`} class="curve chosen" d={line(answersOf(state, member, setting.x.length))} />
                ));
              const kind = setting.networks[i]!.name === 'nac' ? 'nac' : 'other';
              return <path key={i} class={`curve ${kind}`} d={line(meanAnswers(setting, state))} />;
            })}
        </>
      )}
    </Chart>
    <ul class="legend small" aria-hidden="true">
      <li class="chosen">
        {setting === null || chosen < 0 ? 'the chosen one' : `${titleOf(setting.networks[chosen]!)}, each network`}
      </li>
      <li class="nac">NAC</li>
      <li class="other">the others, on average</li>
      <li class="diagonal">right</li>
      <li class="practised">practised</li>
    </ul>
  </div>
);
