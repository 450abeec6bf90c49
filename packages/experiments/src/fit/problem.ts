import type { Table } from '../data/csv.ts';
import type { ArithmeticTask } from '../tasks/functions.ts';
import { sampleTask, type Examples, type SampleRows, type TaskSample } from '../tasks/sample.ts';

/** Something to learn: examples inside a range, and examples outside it to judge what was learned. */
export interface FitProblem extends TaskSample {
  readonly name: string;
  /** Names of the input columns. */
  readonly inputs: readonly string[];
  /** How the rows were divided, in words. */
  readonly division: string;
  /** Layers that an arithmetic network needs to express it; undefined when nobody knows. */
  readonly layers: number | undefined;
  /** What errors are measured in while training: 1, or the size of a table's targets, which may be far too large or small to square. */
  readonly unit: number;
}

/** One of the article's functions as a problem. */
export const taskProblem = (task: ArithmeticTask, seed: number, rows?: SampleRows): FitProblem => {
  const ranges = (all: ArithmeticTask['inside']): string => {
    const texts = all.map(([low, high]) => `[${low}, ${high})`);
    return new Set(texts).size === 1 ? texts[0]! : texts.map((text, i) => `${task.inputs[i]!} in ${text}`).join(', ');
  };
  return {
    ...sampleTask(task, seed, rows),
    name: task.name,
    inputs: task.inputs,
    division: `inside: ${ranges(task.inside)}; far outside: ${ranges(task.outside)}`,
    layers: task.layers,
    unit: 1,
  };
};

const pick = ({ x, y, columns }: Table, rows: readonly number[]): Examples => ({
  x: Float64Array.from(rows.flatMap((row) => [...x.subarray(row * columns, (row + 1) * columns)])),
  y: Float64Array.from(rows, (row) => y[row]!),
  rows: rows.length,
  columns,
});

const rootMeanSquare = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

/**
 * A table of measurements as a problem. The quarter of the rows with the largest targets (in magnitude) is kept for
 * extrapolation: no model sees it, neither in training nor in the choice between seeds. Of the others every fourth, in
 * order of the target, serves for validation. Interpolation is judged on all rows inside, because small tables have none to spare.
 */
export const tableProblem = (table: Table): FitProblem => {
  const order = Array.from({ length: table.rows }, (_, row) => row).sort((a, b) => Math.abs(table.y[a]!) - Math.abs(table.y[b]!));
  const outside = Math.max(1, Math.floor(table.rows / 4));
  const inside = order.slice(0, -outside);
  const isValidation = (_: number, i: number): boolean => i % 4 === 1;
  const validation = inside.filter(isValidation);
  const train = pick(
    table,
    inside.filter((row, i) => !isValidation(row, i)),
  );
  return {
    name: table.target,
    inputs: table.names,
    division: `inside: ${inside.length} rows, ${inside.length - validation.length} to learn from and ${validation.length} to choose between seeds; outside: ${outside === 1 ? 'the row' : `the ${outside} rows`} with the largest ${table.target}`,
    layers: undefined,
    unit: rootMeanSquare(train.y) || 1,
    train,
    validation: pick(table, validation),
    interpolation: pick(table, inside),
    extrapolation: pick(table, order.slice(-outside)),
  };
};
