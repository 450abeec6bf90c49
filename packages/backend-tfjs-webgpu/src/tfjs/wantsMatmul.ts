import type { MatmulSizes } from '@nalu/core/graph';

/** Workgroups in one direction of a dispatch: one matrix takes one. */
const MOST_MATRICES = 65_535;
/** tfjs's programs compute tiles of 32 × 32 numbers, over blocks of 32 of the inner axis. */
const TILE = 32;

/** Which products are worth a program of tfjs; the number of matrices has no say in it, so that populations change no bits. */
export const wantsMatmul = ({ batch, m, n, k }: MatmulSizes): boolean =>
  batch > 0 && batch <= MOST_MATRICES && m >= TILE && n >= TILE && k >= TILE;
