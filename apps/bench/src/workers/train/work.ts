import { DeviceLostError, type Backend } from '@nalu/core';
import { readHeader } from '@nalu/experiments';
import type { BackendName } from '../../backends/backends.ts';
import { trainIdentity } from './identity.ts';
import { trainPopulation } from './population.ts';
import { checkLength, pastedTable } from './problem.ts';
import type { Job, Kind, Message } from './protocol.ts';

/** Starts a backend by its name. */
export type Start = (name: BackendName) => Promise<Backend>;

type Train<K extends Kind> = (job: Job<K>, backend: Backend, post: (message: Message<K>) => void) => Promise<void>;

/** What a program does about a lost device, a page does when somebody trains again. */
const forThePage = (error: DeviceLostError): DeviceLostError =>
  new DeviceLostError(error.backend, error.reason, 'Train again, or choose another backend.', { cause: error });

/** Starts the backend that a job names, for as long as the job takes. */
const on =
  <K extends 'population' | 'identity'>(train: Train<K>) =>
  async (job: Job<K>, start: Start, post: (message: Message<K>) => void): Promise<void> => {
    const backend = await start(job.backend);
    try {
      await train(job, backend, post);
    } catch (error) {
      throw error instanceof DeviceLostError ? forThePage(error) : error;
    } finally {
      await backend.dispose();
    }
  };

const work: { readonly [K in Kind]: (job: Job<K>, start: Start, post: (message: Message<K>) => void) => Promise<void> } = {
  population: on(trainPopulation),
  identity: on(trainIdentity),
  columns: async ({ text }, _, post) => {
    checkLength(text);
    post({ kind: 'setting', setting: { names: readHeader(text, pastedTable) } });
  },
};

/** Does a job and tells what happens. Rejects with an error whose message is a sentence. */
export const doJob = <K extends Kind>(job: Job<K>, start: Start, post: (message: Message<K>) => void): Promise<void> =>
  work[job.kind as K](job, start, post);
