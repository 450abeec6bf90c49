import type { Frame, PopulationSetting } from '../../../workers/train/protocol.ts';
import { steady } from '../drawing/numbers.ts';
import { pathOf, within } from '../../../charts/path.ts';
import { drawnMembers } from './drawn.ts';
import { nameGates, nameWeights } from './naming.ts';

interface WeightChartsProps {
  readonly setting: PopulationSetting;
  readonly frames: readonly Frame[];
  readonly now: Frame;
}

const width = 150;
const height = 84;
const room = 6;

interface SmallChartProps {
  readonly name: string;
  readonly marks: readonly number[];
  readonly low: number;
  readonly high: number;
  /** [network][moment]. */
  readonly lines: readonly (readonly number[])[];
  /** [moment]. */
  readonly best: readonly number[];
  /** Share of the steps at each moment. */
  readonly times: readonly number[];
}

const SmallChart = ({ name, marks, low, high, lines, best, times }: SmallChartProps) => {
  const y = (value: number): number => height - room - ((within(value, low, high) - low) / (high - low)) * (height - 2 * room);
  const line = (values: readonly number[]): string => pathOf(values.map((value, i) => [times[i]! * width, y(value)]));
  const value = best.at(-1)!;
  return (
    <li>
      <p class="small">
        {name} <strong>{steady(value)}</strong>
      </p>
      <div class="chart-small">
        <ul aria-hidden="true">
          {marks.map((mark) => (
            <li key={mark} style={{ top: `${(100 * y(mark)) / height}%` }}>
              {String(mark).replace('-', '−')}
            </li>
          ))}
        </ul>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${name}: the best network has ${value.toFixed(3)}. ${lines.length} networks are drawn between ${low} and ${high}.`}
          preserveAspectRatio="none"
        >
          {marks.map((mark) => (
            <line key={mark} class="mark" x1={0} x2={width} y1={y(mark)} y2={y(mark)} />
          ))}
          <path class="member" d={lines.map(line).join('')} />
          <path class="member best" d={line(best)} />
        </svg>
      </div>
    </li>
  );
};

/** Every weight and every gate of all members over the steps: one small chart for each, with lines at −1, 0 and 1. */
export const WeightCharts = ({ setting: { layers, inputs, members, steps }, frames, now }: WeightChartsProps) => {
  const past = frames.filter(({ step }) => step <= now.step);
  const times = past.map(({ step }) => step / steps);
  const weights = nameWeights(layers, inputs);
  const gates = nameGates(layers);
  const drawn = drawnMembers(members);
  const lineOf =
    (values: (frame: Frame) => Float32Array, at: number, count: number) =>
    (member: number): readonly number[] =>
      past.map((frame) => values(frame)[member * count + at]!);
  const largest = frames.reduce(
    (most, frame) => frame.weights.reduce((larger, each) => Math.max(larger, Math.abs(each)), most),
    1,
  );
  const reach = Math.min(largest, 4);
  return (
    <ul class="small-charts">
      {weights.map(({ at, name }) => (
        <SmallChart
          key={name}
          name={name}
          marks={[-1, 0, 1]}
          low={-reach}
          high={reach}
          lines={drawn.map(lineOf((frame) => frame.weights, at, weights.length))}
          best={lineOf((frame) => frame.weights, at, weights.length)(now.best)}
          times={times}
        />
      ))}
      {gates.map((name, at) => (
        <SmallChart
          key={name}
          name={`${name} (1: sum, 0: product)`}
          marks={[0, 1]}
          low={0}
          high={1}
          lines={drawn.map(lineOf((frame) => frame.gates, at, gates.length))}
          best={lineOf((frame) => frame.gates, at, gates.length)(now.best)}
          times={times}
        />
      ))}
    </ul>
  );
};
