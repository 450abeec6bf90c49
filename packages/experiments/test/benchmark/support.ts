import { compareAnswers } from '../../src/benchmark/check.ts';
import type { Column } from '../../src/benchmark/column.ts';
import { workloads, type Workload } from '../../src/benchmark/workloads.ts';

export const byName = (name: string): Workload => workloads.find((workload) => workload.name === name)!;

/** How far a column is from the oracle after so many steps, in units of the accepted distance. */
export const distance = async (
  column: Column,
  workload: Workload,
  steps: number,
  wanted: readonly Float64Array[],
): Promise<number> => {
  const prepared = await column.prepare(workload);
  await prepared.run(steps);
  const { worstError, tolerance } = compareAnswers(workload, steps, await prepared.answer(), wanted);
  await prepared.dispose();
  return worstError / tolerance;
};
