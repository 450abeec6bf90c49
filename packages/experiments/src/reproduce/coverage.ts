import type { Cell } from './experiment.ts';

const labels = ['operation', 'module', 'range', 'setting'] as const;

/** More values of a label than this are counted and not named. */
const MOST_NAMED = 3;

/** Which cells of an experiment a report is about, in words; empty for all. */
export const coverageOf = (all: readonly Cell[], covered: readonly Cell[]): string => {
  if (covered.length === all.length) return '';
  const parts = labels.flatMap((label) => {
    const known = new Set(all.map((cell) => cell[label]));
    const values = [...new Set(covered.map((cell) => cell[label]))].filter((value) => value !== '');
    if (values.length === 0 || values.length === known.size) return [];
    return values.length <= MOST_NAMED ? `${label} ${values.join(', ')}` : `${values.length} of ${known.size} ${label}s`;
  });
  return [`${covered.length} of ${all.length} cells`, ...(parts.length === 0 ? [] : [parts.join('; ')])].join(': ');
};
