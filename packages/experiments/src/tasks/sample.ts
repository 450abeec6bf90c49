import { uniform } from '@nalu/core';
import type { ArithmeticTask, Ranges } from './functions.ts';

/** Rows of examples: `x` row-major, rows × columns; `y` one target per row. */
export interface Examples {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** The four sets of an extrapolation experiment. Training, validation and interpolation rows come from inside the training range. */
export interface TaskSample {
  readonly train: Examples;
  readonly validation: Examples;
  readonly interpolation: Examples;
  readonly extrapolation: Examples;
}

/** How many rows each set has. */
export interface SampleRows {
  /** Default 128. */
  readonly train?: number;
  /** Default 128. */
  readonly validation?: number;
  /** Default 512. */
  readonly interpolation?: number;
  /** Default 512. */
  readonly extrapolation?: number;
}

/** Random streams of the sets: far from the small stream numbers that training uses, so that data and initial weights never share numbers. */
const streams = { train: 0x5a0001, validation: 0x5a0002, interpolation: 0x5a0003, extrapolation: 0x5a0004 } as const;

const draw = (task: ArithmeticTask, ranges: Ranges, rows: number, seed: number, stream: number): Examples => {
  const columns = ranges.length;
  const unit = uniform(seed, 0, stream, 0, rows * columns);
  // Rounded to single precision before the target is computed, so that every backend sees the same question.
  const x = Float64Array.from(unit, (u, i) => {
    const [low, high] = ranges[i % columns]!;
    return Math.fround(low + (high - low) * u);
  });
  const y = Float64Array.from({ length: rows }, (_, row) => task.evaluate(...x.subarray(row * columns, (row + 1) * columns)));
  return { x, y, rows, columns };
};

/** Draws the four sets of a task. The same seed gives the same rows everywhere; the sets are independent of each other's size. */
export const sampleTask = (task: ArithmeticTask, seed: number, rows: SampleRows = {}): TaskSample => ({
  train: draw(task, task.inside, rows.train ?? 128, seed, streams.train),
  validation: draw(task, task.inside, rows.validation ?? 128, seed, streams.validation),
  interpolation: draw(task, task.inside, rows.interpolation ?? 512, seed, streams.interpolation),
  extrapolation: draw(task, task.outside, rows.extrapolation ?? 512, seed, streams.extrapolation),
});
