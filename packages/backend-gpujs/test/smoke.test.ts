import * as vitest from 'vitest';
import { conformance } from '@nalu/conformance';
import { createBackend } from '@nalu/backend-gpujs';

for (const mode of (process.env['MODES'] ?? 'cpu,webasm').split(',') as ('cpu' | 'webasm' | 'webgpu')[]) conformance(vitest, { name: `gpujs ${mode}`, create: () => createBackend({ mode }) });
