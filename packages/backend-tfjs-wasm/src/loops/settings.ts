import type { LoopSettings } from '@nalu/core/loops';

/**
 * How far the generator unrolls. The form of a node, and with it the order of its sums, depends on shapes and these alone: so
 * a graph gives the same bits whatever surrounds it.
 */
export const ROOMY: LoopSettings = { small: 16, lanes: 4, inner: 8, ownFunction: Infinity, maxNodes: 400 };

/** Little unrolled: for graphs that would become a function too long to compile in reasonable time. */
export const TIGHT: LoopSettings = { small: 2, lanes: 2, inner: 4, ownFunction: Infinity, maxNodes: 60 };

/** Elements that are written one by one, from which on a graph is written with `TIGHT`. */
export const MOST_STATEMENTS = 4000;
