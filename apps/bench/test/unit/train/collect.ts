import { createBackend } from '@nalu/backend-js';
import type { Job, Kind, Message, Work } from '../../../src/workers/train/protocol.ts';
import { doJob } from '../../../src/workers/train/work.ts';

/** Everything that a job told. */
interface Told<K extends Kind> {
  readonly setting: Work[K]['setting'];
  readonly items: readonly Work[K]['item'][];
  readonly results: readonly Work[K]['result'][];
}

/** Does a job on the JavaScript backend as the worker does, with messages copied as between threads. */
export const collect = async <K extends Kind>(job: Job<K>): Promise<Told<K>> => {
  const settings: Work[K]['setting'][] = [];
  const items: Work[K]['item'][] = [];
  const results: Work[K]['result'][] = [];
  await doJob(
    job,
    () => createBackend(),
    (message: Message<K>) => {
      const copy = structuredClone(message) as Message;
      if (copy.kind === 'setting') settings.push(copy.setting);
      else if (copy.kind === 'items') items.push(...(copy.items as readonly Work[K]['item'][]));
      else results.push(copy.result);
    },
  );
  return { setting: settings[0]!, items, results };
};
