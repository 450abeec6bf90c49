import * as vitest from 'vitest';
import type { KernelLimits } from '@nalu/core/kernels';
import { conformance } from '@nalu/conformance';
import { kernelBackend } from './machine.ts';

/** Every value in a storage of its own but what one kernel writes, and very few of them. */
const narrow: KernelLimits = {
  storages: 3,
  storageOf: ({ origin, step }) =>
    origin.kind === 'input' ? `input ${origin.index}` : origin.kind === 'constant' ? `constant ${origin.data}` : `step ${step}`,
  multipleWrites: false,
  wantsMatmul: () => false,
};

/** One arena for everything, and a library for matrix products. */
const wide: KernelLimits = {
  storages: 1,
  storageOf: () => 'arena',
  multipleWrites: true,
  wantsMatmul: ({ m, n, k }) => m * n * k >= 64,
};

conformance(vitest, { name: 'kernels with single results', create: async () => kernelBackend(narrow) });
conformance(vitest, { name: 'kernels with several results', create: async () => kernelBackend(wide) });
