import type { Row } from '../src/table/row.ts';

/**
 * Rows of Chromium that run in a browser of their own, beside the one that certifies: a browser compiles kernels in one process,
 * on one core, and for gpu.js's modes that takes most of the time.
 */
export const isForSecondBrowser = ({ backend, expected }: Row): boolean =>
  backend === 'gpujs' && expected.outcome === 'runs' && expected.tier === 'smoke';
