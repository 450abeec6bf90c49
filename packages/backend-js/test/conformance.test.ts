import * as vitest from 'vitest';
import { createBackend } from '@nalu/backend-js';
import { conformance } from '@nalu/conformance';

conformance(vitest, { name: 'js, generated loops', create: () => createBackend({ mode: 'fused' }) });
conformance(vitest, { name: 'js, interpreter', create: () => createBackend({ mode: 'interpreter' }) });
