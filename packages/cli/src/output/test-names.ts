import type { Row } from '@nalu/experiments/reproduce';

const cellOf = ({ operation, module, range, setting }: Row): string => [operation, module, range, setting].join('\n');

/** How to name the test of a row among these: empty where rates have only one, which the range says. */
export const testNames = (rows: readonly Row[]): ((row: Row) => string) => {
  const tests = new Map<string, Set<string>>();
  for (const row of rows) tests.set(cellOf(row), (tests.get(cellOf(row)) ?? new Set()).add(row.test));
  return (row) => (row.successes === null || tests.get(cellOf(row))!.size > 1 ? row.test : '');
};
