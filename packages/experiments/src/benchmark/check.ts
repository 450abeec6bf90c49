import type { CheckResult } from './record.ts';
import { oracle } from './oracle.ts';
import type { Workload } from './workloads.ts';

const tolerances: Readonly<Record<Workload['task'], (workload: Workload) => number>> = {
  /**
   * Of a parameter: a fiftieth of the learning rate, and so of what Adam moves a parameter in one step. Single precision stays
   * twenty times below it over the steps that are checked. Adam's step does not depend on the scale of the gradient, so
   * neither does this check.
   */
  training: ({ adam }) => adam.learningRate / 50,
  /** Of a prediction, which is near 1: some eighty units of single precision's last place, for a dozen operations. */
  inference: () => 1e-5,
};

/** In the oracle's arithmetic a member takes a thousand times as long as in a column's. */
const MOST_MEMBERS = 100;

/** The members whose answers are compared: all, or a hundred of them from the first to the last. */
export const checkedMembers = ({ members }: Pick<Workload, 'members'>): readonly number[] => {
  const count = Math.min(members, MOST_MEMBERS);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (members - 1)) / (count - 1))));
};

/** Compares answers after `steps` steps with the oracle's, which are those of the checked members. */
export const compareAnswers = (
  workload: Workload,
  steps: number,
  got: readonly ArrayLike<number>[],
  wanted: readonly ArrayLike<number>[],
): CheckResult => {
  const members = checkedMembers(workload);
  let worstError = 0;
  let checksum = 0;
  wanted.forEach((values, i) => {
    const column = got[i];
    const size = values.length / members.length;
    if (column?.length !== size * workload.members) worstError = NaN;
    members.forEach((member, k) => {
      for (let j = 0; j < size; j++) {
        const value = column?.[member * size + j] ?? NaN;
        checksum += value;
        worstError = Math.max(worstError, Math.abs(value - values[k * size + j]!));
      }
    });
  });
  return { steps, checksum, worstError, tolerance: tolerances[workload.task](workload) };
};

/** The oracle's answers after the steps that are checked, computed when a column first needs them. */
export const lazyOracle = (workload: Workload): (() => readonly Float64Array[]) => {
  let result: readonly Float64Array[] | undefined;
  return () => (result ??= oracle(workload, workload.stepsPerRun, checkedMembers(workload)));
};
