import type { Column } from './column.ts';
import { gpujsByHand } from './columns/gpujs/gpujs-by-hand.ts';
import { jaxJs } from './columns/jax-js.ts';
import { plainLoop } from './columns/plain-loop.ts';
import { tfjsAutodiff } from './columns/tfjs-autodiff.ts';
import { tfjsWasm, tfjsWebgpu } from './columns/tfjs-backends.ts';
import { tfjsTuned } from './columns/tfjs-tuned.ts';

/** The columns that always run beside ours. */
export const baselines: readonly Column[] = [plainLoop, tfjsAutodiff(tfjsWasm), tfjsTuned(tfjsWasm)];

/** What people write without us for the GPU library of a backend: it is slow in software, so it only runs beside that one. */
const gpuBaselines: Readonly<Record<string, readonly Column[]>> = {
  'tfjs-webgpu': [tfjsAutodiff(tfjsWebgpu), tfjsTuned(tfjsWebgpu)],
  'gpujs:webgpu': [gpujsByHand('webgpu')],
  'gpujs:webasm': [gpujsByHand('webasm')],
  'gpujs:cpu': [gpujsByHand('cpu')],
};

/**
 * The columns that run beside the backends of these names: those that always run, and those of the same GPU libraries.
 *
 * @param all with those that only run when they are asked for: jax-js.
 */
export const baselinesBeside = (backends: readonly string[], all: boolean = false): readonly Column[] => [
  ...baselines,
  ...(all ? [jaxJs] : []),
  ...backends.flatMap((name) => gpuBaselines[name] ?? []),
];
