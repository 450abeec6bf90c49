import type { Column } from './column.ts';
import { gpujsByHand } from './columns/gpujs/gpujs-by-hand.ts';
import { plainLoop } from './columns/plain-loop.ts';
import { tfjsAutodiff } from './columns/tfjs-autodiff.ts';
import { tfjsWasm, tfjsWebgpu } from './columns/tfjs-backends.ts';
import { tfjsTuned } from './columns/tfjs-tuned.ts';

/** The columns that always run beside ours. */
export const baselines: readonly Column[] = [plainLoop, tfjsAutodiff(tfjsWasm), tfjsTuned(tfjsWasm)];

/** What people write without us for the library that a backend package computes with, where that is slow in software. */
const gpuBaselines: Readonly<Record<string, readonly Column[]>> = {
  '@nalu/backend-tfjs-webgpu': [tfjsAutodiff(tfjsWebgpu), tfjsTuned(tfjsWebgpu)],
  '@nalu/backend-gpujs': [gpujsByHand('webasm'), gpujsByHand('webgpu'), gpujsByHand('cpu')],
};

/** The columns that run beside these backend packages: those that always run, and those of the same GPU libraries. */
export const baselinesBeside = (packages: readonly string[]): readonly Column[] => [
  ...baselines,
  ...Object.entries(gpuBaselines).flatMap(([name, columns]) => (packages.includes(name) ? columns : [])),
];
