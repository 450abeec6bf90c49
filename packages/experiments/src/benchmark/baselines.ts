import type { Column } from './column.ts';
import { plainLoop } from './columns/plain-loop.ts';
import { tfjsAutodiff } from './columns/tfjs-autodiff.ts';
import { tfjsTuned } from './columns/tfjs-tuned.ts';

/** The columns that always run beside ours. */
export const baselines: readonly Column[] = [plainLoop, tfjsAutodiff, tfjsTuned];
