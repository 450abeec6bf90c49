/** `@nalu/experiments/reproduce`: published experiments as data, and what runs them. Reads MNIST from files: needs Node. */
export { MnistError } from './data/mnist.ts';
export { experiments } from './reproduce/experiments.ts';
export { coverageOf } from './reproduce/coverage.ts';
export { cellName, type Cell, type Experiment } from './reproduce/experiment.ts';
export { labelsOf, makePlan, type Plan, type PlannedCell, type PlanOptions } from './reproduce/plan.ts';
export { certainties, type Certainty, type Published } from './reproduce/published.ts';
export { compareWithPublished, makeReport, type Report } from './reproduce/report.ts';
export type { CellResult } from './reproduce/result.ts';
export type { Row } from './reproduce/row.ts';
export { runCell, type RunCellOptions } from './reproduce/runCell.ts';
export { totalSpent, type Spent } from './reproduce/spent.ts';
