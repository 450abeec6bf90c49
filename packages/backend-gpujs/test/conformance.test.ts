import * as vitest from 'vitest';
import { createBackend } from '@nalu/backend-gpujs';
import { conformance } from '@nalu/conformance';

for (const mode of ['cpu', 'webasm'] as const) {
  conformance(vitest, { name: `gpujs, mode ${mode}`, create: () => createBackend({ mode }) });
}
