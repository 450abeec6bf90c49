/** `@nalu/backend-tfjs-wasm/worker`: the script of a worker for `shardedBackend`. */
import { serveBackend } from '@nalu/core/workers';
import { createBackend } from './createBackend.ts';

serveBackend(createBackend);
