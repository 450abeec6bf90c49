import { distance } from 'fastest-levenshtein';

/**
 * The name most like `wanted`, for "did you mean" messages: the smallest edit distance, ignoring case.
 * Nothing when even the best needs more than half of the longer word's letters changed: a far-fetched guess is worse than none.
 */
export const nearest = (wanted: string, names: readonly string[]): string | undefined => {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const name of names) {
    const edits = distance(wanted.toLowerCase(), name.toLowerCase());
    if (edits < bestDistance && edits <= Math.max(wanted.length, name.length) / 2) {
      best = name;
      bestDistance = edits;
    }
  }
  return best;
};

/** `Did you mean "x"?` with the nearest name, or the whole list when nothing is near. */
export const suggestion = (wanted: string, names: readonly string[]): string => {
  const name = nearest(wanted, names);
  return name === undefined ? `Known: ${names.join(', ')}.` : `Did you mean "${name}"?`;
};
