import * as v from 'valibot';
import { parseReport } from '@nalu/experiments/benchmark';
import type { Run } from './run.ts';

/** `runs.json` beside the page: what was measured on the machine that serves it. `npm start` writes Node's results there. */
const file = 'runs.json';

const schema = v.array(v.object({ name: v.string(), report: v.unknown() }));

/**
 * The runs that came with the page.
 *
 * @throws Error where `runs.json` is damaged.
 */
export const servedRuns = async (): Promise<readonly Run[]> => {
  const response = await fetch(file);
  if (!response.ok) return [];
  // Anything else than JSON is as damaged as other JSON.
  const given = v.safeParse(schema, await response.json().catch(() => null));
  if (!given.success) throw new Error(`${file}, which came with this page, is damaged: run npm start again.`);
  return given.output.map(({ name, report }, i) => ({
    id: `served-${i + 1}`,
    name,
    origin: 'served',
    report: parseReport(JSON.stringify(report), `${file} (${name})`),
  }));
};
