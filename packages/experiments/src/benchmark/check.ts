import type { CheckResult } from './record.ts';
import { oracle } from './oracle.ts';
import type { Workload } from './workloads.ts';

/**
 * The largest accepted distance of a parameter from the oracle's: a fiftieth of the learning rate, and so of what Adam moves
 * a parameter in one step. Single precision stays twenty times below it over the steps that are checked. Adam's step does
 * not depend on the scale of the gradient, so neither does this check.
 */
const checkTolerance = (workload: Workload): number => workload.adam.learningRate / 50;

/** Compares parameters after `steps` steps with the oracle's. */
export const compareParameters = (
  workload: Workload,
  steps: number,
  got: readonly ArrayLike<number>[],
  wanted: readonly ArrayLike<number>[],
): CheckResult => {
  let worstError = 0;
  let checksum = 0;
  wanted.forEach((values, i) => {
    const column = got[i];
    if (column?.length !== values.length) worstError = NaN;
    for (let j = 0; j < values.length; j++) {
      const value = column?.[j] ?? NaN;
      checksum += value;
      worstError = Math.max(worstError, Math.abs(value - values[j]!));
    }
  });
  return { steps, checksum, worstError, tolerance: checkTolerance(workload) };
};

/** The oracle's parameters after the steps that are checked, computed when a column first needs them. */
export const lazyOracle = (workload: Workload): (() => readonly Float64Array[]) => {
  let result: readonly Float64Array[] | undefined;
  return () => (result ??= oracle(workload, workload.stepsPerRun));
};
