import * as vitest from 'vitest';
import { backendFromKernels } from '@nalu/core/backend';
import { conformance } from '@nalu/conformance';

conformance(vitest, {
  name: 'reference',
  create: async () => backendFromKernels({ name: 'reference', device: 'core', runtime: `node ${process.version}` }, {}),
});
