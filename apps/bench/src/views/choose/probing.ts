import { signal, type ReadonlySignal } from '@preact/signals';
import { variants, type VariantName } from '../../backends/backends.ts';
import type { ProbeMessage, ProbeRequest } from '../../workers/probe.ts';
import { startJob, type Job } from '../../workers/startJob.ts';

/** What came of starting a backend here. */
export type Probe = ProbeMessage;

const found = signal<ReadonlyMap<VariantName, Probe>>(new Map());
const current = signal<{ readonly name: VariantName; readonly job: Job } | null>(null);

/** What was tried in this page. */
export const probes: ReadonlySignal<ReadonlyMap<VariantName, Probe>> = found;

/** The backend that is being started. */
export const probing: ReadonlySignal<{ readonly name: VariantName } | null> = current;

const probe = async (name: VariantName): Promise<boolean> => {
  const keep = (result: Probe): void => {
    found.value = new Map([...found.value, [name, result]]);
  };
  const job = startJob<ProbeRequest, ProbeMessage>(
    () => new Worker(new URL('../../workers/probe.ts', import.meta.url), { type: 'module' }),
    { name },
    keep,
  );
  current.value = { name, job };
  const ending = await job.ended;
  if (ending.kind === 'failed') keep({ kind: 'refuses', reason: `It broke down: ${ending.message}.` });
  return ending.kind !== 'cancelled';
};

/** Starts every backend, one after the other, each in a worker of its own. */
export const tryAll = async (): Promise<void> => {
  if (current.value !== null) return;
  for (const { name } of variants) if (!(await probe(name))) break;
  current.value = null;
};

/** Ends the worker of the backend that is being started, and tries no other one. */
export const cancelProbing = (): void => current.value?.job.cancel();
