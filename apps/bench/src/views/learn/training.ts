import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { startJob, type Ending, type Job as Running } from '../../workers/startJob.ts';
import type { Job, Kind, Message } from '../../workers/train/protocol.ts';

/** How far a training is. */
export type TrainingState = { readonly kind: 'idle' } | { readonly kind: 'running' } | Ending;

/** A training in a worker of its own: a new one ends the one before, and so does leaving the page. */
export interface Training<K extends Kind> {
  readonly state: ReadonlySignal<TrainingState>;
  readonly start: (job: Job<K>, hear: (message: Message<K>) => void) => Promise<Ending>;
  readonly cancel: () => void;
}

const newWorker = (): Worker => new Worker(new URL('../../workers/train.ts', import.meta.url), { type: 'module' });

export const useTraining = <K extends Kind>(): Training<K> => {
  const running = useRef<Running | null>(null);
  const state = useSignal<TrainingState>({ kind: 'idle' });
  const cancel = (): void => running.current?.cancel();
  useEffect(() => cancel, []);
  return {
    state,
    cancel,
    start: async (job, hear) => {
      cancel();
      const mine = startJob<Job<K>, Message<K>>(newWorker, job, (message) => {
        if (running.current === mine) hear(message);
      });
      running.current = mine;
      state.value = { kind: 'running' };
      const ending = await mine.ended;
      if (running.current === mine) state.value = ending;
      return ending;
    },
  };
};
