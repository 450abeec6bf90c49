import type { BenchmarkReport } from './record.ts';
import { median } from './statistics.ts';

/** What Nalu wants to reach, as a ratio of two measurements of one run. */
interface Goal {
  readonly name: string;
  readonly limit: number;
  /** Whether the ratio must be at least the limit; otherwise at most. */
  readonly atLeast?: boolean;
  /** What the limit counts, where it is no ratio. */
  readonly unit?: 'ms';
  readonly value: (report: BenchmarkReport) => number | null;
  /** Whether a GPU was imitated in what is compared. */
  readonly software?: (report: BenchmarkReport) => boolean;
}

export interface GoalResult {
  readonly name: string;
  readonly limit: number;
  readonly atLeast: boolean;
  readonly unit: 'ms' | null;
  /** Null where this run has not measured it. */
  readonly value: number | null;
  readonly software: boolean;
  readonly met: boolean | null;
}

const timeOf = ({ records }: BenchmarkReport, workload: string, column: string): number | null =>
  records.find((record) => record.workload === workload && record.column === column)?.medianMicroseconds ?? null;

const ratio = (above: number | null, below: number | null): number | null =>
  above === null || below === null ? null : above / below;

/** The time of one column over that of another, on one workload unless the other's is named. */
const against = (workload: string, column: string, other: string, limit: number, elsewhere: string = workload): Goal => ({
  name: `${workload}: ${column} over ${other}${elsewhere === workload ? '' : ` on ${elsewhere}`}`,
  limit,
  value: (report) => ratio(timeOf(report, workload, column), timeOf(report, elsewhere, other)),
  software: ({ records }) =>
    records.some((record) => record.workload === workload && record.column === column && record.software),
});

const compileGoal = (column: string, measure: 'cold' | 'again', limit: number): Goal => ({
  name: `compilation of a NALU training step, ${measure === 'cold' ? 'cold' : 'the same graph again'}: ${column}`,
  limit,
  unit: 'ms',
  value: ({ compileTimes }) => {
    const times = compileTimes.find((each) => each.column === column)?.[measure] ?? [];
    return times.length === 0 ? null : median(times);
  },
});

const workersGoal = (column: string): Goal => ({
  name: `two workers over two independent copies: ${column}`,
  limit: 0.95,
  atLeast: true,
  value: ({ workers }) => {
    const rounds = workers.find((each) => each.workers === 2 && each.column === column)?.rounds ?? [];
    return rounds.length === 0 ? null : median(rounds.map(({ sharded, independent }) => sharded / independent));
  },
});

const pair = 'nalu-2-1-b128';
const hundred = 'nalu-2-1-b128-100';
const wide = 'nalu-256-256-b1024';

const goals: readonly Goal[] = [
  against(pair, 'tfjs-wasm', 'plain-loop', 0.3),
  against(hundred, 'tfjs-wasm', 'plain-loop', 0.3),
  against(pair, 'js', 'plain-loop', 1.1),
  against(pair, 'tfjs-wasm', 'tfjs-autodiff', 1 / 200),
  against(pair, 'tfjs-wasm', 'jax-js-jit', 1 / 200),
  against('nalu-2-1-b128-drawn', 'tfjs-wasm', 'plain-loop', 0.45),
  against(wide, 'tfjs-wasm', 'tfjs-autodiff', 1 / 6),
  against(wide, 'tfjs-wasm', 'tfjs-tuned', 1),
  against(pair, 'tfjs-webgpu', 'tfjs-autodiff:webgpu', 1 / 5),
  against(`${pair}-1000`, 'tfjs-webgpu', 'tfjs-autodiff:webgpu', 1 / 100, pair),
  workersGoal('js'),
  workersGoal('tfjs-wasm'),
  compileGoal('js', 'cold', 50),
  compileGoal('tfjs-wasm', 'cold', 50),
  compileGoal('js', 'again', 1),
  compileGoal('tfjs-wasm', 'again', 1),
];

/** What this run says about each goal. */
export const judgeGoals = (report: BenchmarkReport): readonly GoalResult[] =>
  goals.map(({ name, limit, atLeast = false, unit = null, value, software }) => {
    const reached = value(report);
    const met = reached === null ? null : atLeast ? reached >= limit : reached <= limit;
    return { name, limit, atLeast, unit, value: reached, software: software?.(report) ?? false, met };
  });
