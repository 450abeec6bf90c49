import { groupBy } from '../../lists/groupBy.ts';
import type { ResultRow } from './document.ts';

const labels = ['setting', 'operation', 'test', 'range'] as const;
type Label = (typeof labels)[number];

/** What tells rows apart. */
export type Labelled = Pick<ResultRow, Label | 'module'>;

/** A table of results: one network per row, one task per column. */
export interface Panel<R extends Labelled = ResultRow> {
  /** What all its rows have in common; empty where there is one panel only. */
  readonly title: string;
  readonly modules: readonly string[];
  readonly tasks: readonly string[];
  readonly rowOf: (module: string, task: string) => R | undefined;
  readonly rows: readonly R[];
}

const distinct = (rows: readonly Labelled[], label: Label): number => new Set(rows.map((row) => row[label])).size;

const valueOf = (row: Labelled, names: readonly Label[]): string =>
  names
    .map((name) => row[name])
    .filter((text) => text !== '')
    .join(' · ');

const panelOf = <R extends Labelled>(title: string, rows: readonly R[]): Panel<R> => {
  const varying = labels.filter((label) => distinct(rows, label) > 1);
  // A task that is alone is named by what there is to say of it.
  const named = varying.length > 0 ? varying : (['operation', 'range'] as const);
  const key = (module: string, task: string): string => `${module}\n${task}`;
  const byKey = new Map(rows.map((row) => [key(row.module, valueOf(row, named)), row]));
  return {
    title,
    modules: [...new Set(rows.map(({ module }) => module))],
    tasks: [...new Set(rows.map((row) => valueOf(row, named)))],
    rowOf: (module, task) => byKey.get(key(module, task)),
    rows,
  };
};

/** Divides by one label after the other, until the tasks of a panel differ in one thing, or in several that go together. */
const divide = <R extends Labelled>(title: readonly string[], rows: readonly R[]): readonly Panel<R>[] => {
  const varying = labels.filter((label) => distinct(rows, label) > 1);
  const tasks = new Set(rows.map((row) => valueOf(row, varying))).size;
  const most = Math.max(1, ...varying.map((label) => distinct(rows, label)));
  if (tasks <= most || varying.length < 2) return [panelOf(title.join(', '), rows)];
  const label = [...varying].sort((a, b) => distinct(rows, a) - distinct(rows, b))[0]!;
  return [...groupBy(rows, (row) => row[label])].flatMap(([value, group]) =>
    divide([...title, label === 'operation' ? `operation ${value}` : value], group),
  );
};

/** Settings that differ in a number only belong together. */
const familyOf = ({ setting }: Labelled): string => setting.replace(/\d+/g, 'n');

/** The rows of an experiment as tables that a reader can take in. */
export const panelsOf = <R extends Labelled>(rows: readonly R[]): readonly Panel<R>[] => {
  const families = groupBy(rows, familyOf);
  return [...families].flatMap(([family, group]) =>
    divide(families.size > 1 && family !== '' && distinct(group, 'setting') === 1 ? [group[0]!.setting] : [], group),
  );
};
