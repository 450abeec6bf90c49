import * as vitest from 'vitest';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import { conformance } from '@nalu/conformance';

conformance(vitest, { name: 'tfjs-webgpu', create: () => createBackend() });
