/** `@nalu/backend-js/worker`: the script of a worker for `shardedBackend`. */
import { serveBackend } from '@nalu/core/workers';
import { createBackend } from './createBackend.ts';

serveBackend(createBackend);
