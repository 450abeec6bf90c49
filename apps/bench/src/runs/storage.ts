import { createStore, del, entries, set } from 'idb-keyval';
import * as v from 'valibot';
import { parseReport } from '@nalu/experiments/benchmark';
import { exportRun } from './exchange.ts';
import type { Run } from './run.ts';
import { messageOf } from '../errors/messageOf.ts';

const store = createStore('nalu runs', 'runs');

/** What is kept of a run: its report as the text that would be exported, which is read with the same care as a file. */
const kept = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.string(),
  origin: v.picklist(['measured', 'imported']),
  report: v.string(),
});

export interface Loaded {
  readonly runs: readonly Run[];
  /** Of each one that could not be read, why. */
  readonly problems: readonly string[];
}

/** All runs that were kept, the oldest first. One that is damaged does not take the others with it. */
export const loadRuns = async (): Promise<Loaded> => {
  const runs: Run[] = [];
  const problems: string[] = [];
  for (const [key, value] of await entries(store)) {
    try {
      const { id, name, origin, report } = v.parse(kept, value);
      runs.push({ id, name, origin, report: parseReport(report, `The saved run "${name}"`) });
    } catch (error) {
      problems.push(`A saved run (${String(key)}) cannot be read: ${messageOf(error)}`);
    }
  }
  return { runs: runs.sort((a, b) => a.report.date.localeCompare(b.report.date)), problems };
};

/** Rejects when the browser keeps nothing, or has no room. */
export const keepRun = ({ id, name, origin, report }: Run): Promise<void> =>
  set(id, { id, name, origin, report: exportRun(report) }, store);

export const forgetRun = (id: string): Promise<void> => del(id, store);
