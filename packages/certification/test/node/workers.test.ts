import { Worker } from 'node:worker_threads';
import * as vitest from 'vitest';
import { conformance } from '@nalu/conformance';
import { shardedBackend } from '@nalu/core/workers';

/** As published: Node's workers do not go through Vite, which reads sources. */
const script = new URL('../../../backend-js/dist/worker.js', import.meta.url);

conformance(vitest, {
  name: 'js, in two workers',
  create: () => shardedBackend({ workers: 2, start: () => new Worker(script, { execArgv: [] }) }),
});
