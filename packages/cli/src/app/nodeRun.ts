import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultBackends } from '../backends.ts';
import { measureAll, type OnProgress } from '../bench/measure-all.ts';
import { plain } from '../output/json.ts';

/** What the app shows of this machine before anything was measured in the browser: seconds, not minutes. */
const jobs = ['nalu-2-1-b128', 'nalu-2-1-b128-100'];

/** Measures Node's fast backends and the baselines, and puts the run where the app looks for it. */
export const writeNodeRun = async (folder: string, signal: AbortSignal, onProgress: OnProgress): Promise<void> => {
  const report = await measureAll(
    { suite: 'training', quick: true, backends: defaultBackends, allBaselines: false, workloads: jobs },
    signal,
    onProgress,
  );
  if (signal.aborted) return;
  const runs = [{ name: `Node ${process.versions.node}`, report }];
  await writeFile(join(folder, 'runs.json'), `${JSON.stringify(runs, plain)}\n`);
};
