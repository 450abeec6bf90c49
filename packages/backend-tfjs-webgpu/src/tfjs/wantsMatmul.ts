import type { MatmulSizes } from '@nalu/core/graph';

/** Workgroups in one direction of a dispatch: one matrix takes one. */
const MOST_MATRICES = 65_535;
/** tfjs's programs compute tiles of 32 × 32 numbers, over blocks of 32 of the inner axis. */
const TILE = 32;
/**
 * Multiplications from which on tiles pay. Below, a GPU is not busy in either way, and tfjs's program takes a driver longer
 * to compile (on SwiftShader 1.3 s, against 20 ms for a plain loop that is as fast there up to this size).
 */
const WORTHWHILE = 128 ** 3;

/** Which products are worth a program of tfjs; the number of matrices has no say in it, so that populations change no bits. */
export const wantsMatmul = ({ batch, m, n, k }: MatmulSizes): boolean =>
  batch > 0 && batch <= MOST_MATRICES && Math.min(m, n, k) >= TILE && m * n * k >= WORTHWHILE;
