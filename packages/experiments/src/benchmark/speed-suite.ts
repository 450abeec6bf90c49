import { grouped } from './show/numbers.ts';
import { workloads, type Workload } from './workloads.ts';

/** Workloads that differ in one size only, for a plot over it. */
export interface Scaling {
  readonly name: 'batch' | 'width' | 'population';
  readonly title: string;
  /** What the size is, with its unit. */
  readonly label: string;
  readonly points: readonly { readonly size: number; readonly workload: string }[];
}

export interface Suite {
  /** Every one once, whatever it is used for. */
  readonly workloads: readonly Workload[];
  readonly scalings: readonly Scaling[];
}

const [pair] = workloads as readonly [Workload, ...Workload[]];

/** Multiplications and functions of one step of all members, roughly: what decides how many steps make a run. */
const workOf = ({ inputs, outputs, batch, members }: Workload): number => members * batch * outputs * (12 * inputs + 40);

/** About 8 million operations, and two steps at least: the first step of Adam only sees the signs of gradients. */
const stepsPerRun = (workload: Workload): number => Math.min(100, Math.max(2, Math.round(8e6 / workOf(workload))));

type Sizes = Partial<Pick<Workload, 'inputs' | 'outputs' | 'batch' | 'members'>>;

const trainingOf = (sizes: Sizes): Workload => {
  const sized = { ...pair, ...sizes };
  const { inputs, outputs, batch, members } = sized;
  // Sums over many inputs stay near 1 within the range of Glorot & Bengio (2010), so that exp is finite.
  const limit = Math.sqrt(6 / (inputs + outputs));
  const seeds = members === 1 ? '' : `, ${grouped(members)} seeds at once, per seed and step`;
  return {
    ...sized,
    name: `nalu-${inputs}-${outputs}-b${batch}${members === 1 ? '' : `-${members}`}`,
    title: `NALU ${inputs}→${outputs}, batch ${grouped(batch)}, one Adam step${seeds}`,
    why: 'A point of a series in which one size changes.',
    initial: inputs === pair.inputs && outputs === pair.outputs ? pair.initial : { weights: limit, gate: limit },
    stepsPerRun: stepsPerRun(sized),
  };
};

const inferenceOf = (batch: number, why: string): Workload => ({
  ...pair,
  task: 'inference',
  name: `predict-nalu-2-1-b${batch}`,
  title: `NALU 2→1, prediction of ${batch === 1 ? 'one row' : `${grouped(batch)} rows`}, per call`,
  why,
  batch,
  stepsPerRun: batch === 1 ? 100 : 1,
});

const inference: readonly Workload[] = [
  inferenceOf(1, 'One row is what an application asks for when it reacts to one event: all of it is latency.'),
  inferenceOf(65_536, 'Many rows in one call show the throughput, copies into and out of the device included.'),
];

interface Series extends Pick<Scaling, 'name' | 'title' | 'label'> {
  readonly sizes: readonly number[];
  /** With `--quick`. */
  readonly few: readonly number[];
  readonly at: (size: number) => Sizes;
}

const series: readonly Series[] = [
  {
    name: 'batch',
    title: 'NALU 2→1, one Adam step, by batch size',
    label: 'rows in a batch',
    sizes: [1, 16, 128, 1024, 8192],
    few: [16, 128, 1024],
    at: (batch) => ({ batch }),
  },
  {
    name: 'width',
    title: 'NALU n→n, batch 128, one Adam step, by width',
    label: 'inputs and outputs n',
    sizes: [2, 8, 32, 128, 256],
    few: [2, 32],
    at: (width) => ({ inputs: width, outputs: width }),
  },
  {
    name: 'population',
    title: 'NALU 2→1, batch 128, one Adam step, per seed, by seeds at once',
    label: 'seeds at once',
    sizes: [1, 10, 100, 1000, 10_000],
    few: [1, 10, 100],
    at: (members) => ({ members }),
  },
];

/** The speed suite: the training jobs, inference, and series over batch, width and population. `quick`: fewer points. */
export const speedSuite = (quick: boolean): Suite => {
  const byName = new Map([...workloads, ...inference].map((workload) => [workload.name, workload]));
  const scalings = series.map(({ name, title, label, sizes, few, at }) => ({
    name,
    title,
    label,
    points: (quick ? few : sizes).map((size) => {
      const made = trainingOf(at(size));
      if (!byName.has(made.name)) byName.set(made.name, made);
      return { size, workload: made.name };
    }),
  }));
  return { workloads: [...byName.values()], scalings };
};
