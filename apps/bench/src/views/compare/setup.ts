import {
  defaultProtocol,
  speedSuite,
  workloads as trainingJobs,
  type Protocol,
  type Workload,
} from '@nalu/experiments/benchmark';
import { columnNames, type ColumnName } from '../../backends/columns.ts';
import { manyOf, oneOf, text, words } from '../../links/fields.ts';
import { viewLink, type StateOf } from '../../links/viewLink.ts';

const suite = speedSuite(false);

/** Every workload that can be measured here. */
export const allWorkloads: readonly Workload[] = suite.workloads;

export const scalings = suite.scalings;

interface WorkloadGroup {
  readonly title: string;
  readonly workloads: readonly Workload[];
}

const named = (names: readonly string[]): readonly Workload[] => allWorkloads.filter(({ name }) => names.includes(name));

const isJob = ({ name }: Workload): boolean => trainingJobs.some((job) => job.name === name);

/** The workloads as they are chosen; one that belongs to two groups stands in the first. */
export const groups: readonly WorkloadGroup[] = [
  { title: 'Training', workloads: trainingJobs },
  { title: 'Prediction', workloads: allWorkloads.filter(({ task }) => task === 'inference') },
  ...scalings.map(({ name, points }) => ({
    title: `Training, over ${{ batch: 'the batch', width: 'the width', population: 'the population' }[name]}`,
    workloads: named(points.map(({ workload }) => workload)).filter((workload) => !isJob(workload)),
  })),
];

export const efforts = ['quick', 'thorough'] as const;
export type Effort = (typeof efforts)[number];

/** How much is measured of each cell. */
export const protocols: { readonly [E in Effort]: Protocol } = {
  quick: { ...defaultProtocol, warmUp: 200, budget: 150, minSamples: 5, maxSamples: 20 },
  thorough: defaultProtocol,
};

/** Workers in which each backend compiles, one after the other. */
export const freshWorkers: { readonly [E in Effort]: number } = { quick: 1, thorough: 5 };

export const sectionNames = ['times', 'scaling', 'roofline', 'starting', 'history'] as const;
/** What is shown of the results. */
export type Section = (typeof sectionNames)[number];

const fields = {
  workloads: manyOf(
    allWorkloads.map(({ name }) => name),
    ['nalu-2-1-b128', 'nalu-2-1-b128-100'],
  ),
  columns: manyOf<ColumnName>(columnNames, ['js', 'tfjs-wasm', 'tfjs-webgpu', 'gpujs:webgl2', 'plain-loop', 'tfjs-autodiff']),
  effort: oneOf(efforts, 'quick'),
  /** The runs that are shown: none means the latest one. */
  runs: words(),
  show: oneOf(sectionNames, 'times'),
  /** Of the history; a file may have one that is not known here. */
  workload: text('nalu-2-1-b128', 100),
};

export type CompareState = StateOf<typeof fields>;

/** Links into this view: what is chosen, and which runs are shown. */
export const compareLink = viewLink('compare', fields);
