import * as vitest from 'vitest';
import { createBackend } from '@nalu/backend-tfjs-wasm';
import { conformance } from '@nalu/conformance';

conformance(vitest, { name: 'tfjs-wasm', create: () => createBackend() });
