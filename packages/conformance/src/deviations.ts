import { distance } from 'fastest-levenshtein';
import { checkName, type Check } from './check.ts';

/**
 * A rule that a backend is known to break: a strict expected failure. When the check passes after all, the suite fails, so
 * that the list cannot rot.
 */
export interface Deviation {
  /** The op or topic of the check, such as `tanh`. */
  readonly op: string;
  /** The check's case, such as `signed zeros`. */
  readonly case: string;
  /** Why the backend deviates. */
  readonly reason: string;
  /** An issue or a page that says more. */
  readonly link: string;
}

/** The deviation that covers a check. */
export const deviationOf = (check: Check, deviations: readonly Deviation[]): Deviation | undefined =>
  deviations.find((deviation) => checkName(deviation) === checkName(check));

/** What is wrong with one deviation of the list, or nothing. */
const problemWith = (
  deviation: Deviation,
  known: readonly string[],
  names: readonly string[],
  at: number,
): string | undefined => {
  const name = checkName(deviation);
  if (!known.includes(name)) {
    const nearest = [...known].sort((a, b) => distance(a, name) - distance(b, name))[0];
    return `The deviation "${name}" names no check of this suite. The nearest name is "${nearest}".`;
  }
  if (names.indexOf(name) !== at) return `The deviation "${name}" is listed twice.`;
  if (deviation.reason.trim() === '' || deviation.link.trim() === '') return `The deviation "${name}" needs a reason and a link.`;
  return undefined;
};

/** Everything that is wrong with a list of deviations: names that no check has, with the nearest one that exists. */
export const problemsWith = (deviations: readonly Deviation[], checks: readonly Check[]): readonly string[] => {
  const known = checks.map(checkName);
  const names = deviations.map(checkName);
  return deviations.flatMap((deviation, at) => problemWith(deviation, known, names, at) ?? []);
};
