import type { LoopSettings } from '@nalu/core/loops';

/**
 * How far the generator unrolls. The form of a node, and with it the order of its sums, depends on shapes and these alone: so
 * a graph gives the same bits whatever surrounds it.
 *
 * Axes longer than four fill the lanes of vectors, unrolled elements hold one number in all four: NALU 2→1, one Adam step of one
 * of 20 members, 0.23 µs with 10 rows, 0.54 when these are unrolled; NALU 2→8 with 128 rows 7.7 and 9.1. NALU 4→4, whose
 * weights have axes of four: 4.3 unrolled and 5.9 in loops.
 */
export const ROOMY: LoopSettings = { small: 16, longest: 4, lanes: 4, inner: 8, ownFunction: Infinity, maxNodes: 400 };

/** Little unrolled: for graphs that would become a function too long to compile in reasonable time. */
export const TIGHT: LoopSettings = { small: 2, lanes: 2, inner: 4, ownFunction: Infinity, maxNodes: 60 };

/** Elements that are written one by one, from which on a graph is written with `TIGHT`. */
export const MOST_STATEMENTS = 4000;
