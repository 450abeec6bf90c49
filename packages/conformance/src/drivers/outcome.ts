import { ConformanceError, type Check, type CheckContext } from '../check.ts';
import { deviationOf, type Deviation } from '../deviations.ts';
import type { Outcome } from '../report.ts';

const messageOf = (error: unknown): string =>
  error instanceof ConformanceError
    ? error.message
    : `it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;

/** Runs one check; a failure becomes part of the outcome. */
export const outcomeOf = async (check: Check, context: CheckContext, deviations: readonly Deviation[]): Promise<Outcome> => {
  const deviation = deviationOf(check, deviations);
  const expected = deviation === undefined ? {} : { deviation };
  try {
    return { check, measure: await check.run(context), ...expected };
  } catch (error) {
    const measure = error instanceof ConformanceError ? error.measure : { cases: 0 };
    return { check, measure, message: messageOf(error), ...expected };
  }
};
