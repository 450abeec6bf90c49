import type { Tally } from '../oracle/tally.ts';

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null ? (error as { code?: string }).code : undefined;

const judge = (error: unknown, code: string, what: string, tally: Tally): void => {
  if (codeOf(error) === code) tally.count();
  else
    tally.violate(
      `${what} must fail with an error of code "${code}", but it failed with ${error instanceof Error ? `"${error.name}: ${error.message}"` : String(error)}.`,
    );
};

/** The call must throw at once, with a typed error. Errors are told apart by code, not by class: there may be two copies of core. */
export const refuses = (call: () => unknown, code: string, what: string, tally: Tally): void => {
  try {
    call();
  } catch (error) {
    judge(error, code, what, tally);
    return;
  }
  tally.violate(`${what} must throw an error of code "${code}", but nothing was thrown.`);
};

/** The promise must reject with a typed error. */
export const rejects = async (call: () => Promise<unknown>, code: string, what: string, tally: Tally): Promise<void> => {
  try {
    await call();
  } catch (error) {
    judge(error, code, what, tally);
    return;
  }
  tally.violate(`${what} must reject with an error of code "${code}", but it succeeded.`);
};
