import type { LoopSettings } from '@nalu/core/loops';

/**
 * How far the generator unrolls. The form of a node, and with it the order of its sums, depends on shapes and these alone: so
 * a graph gives the same bits whatever surrounds it.
 */
export const SETTINGS: LoopSettings = { small: 16, lanes: 4, inner: 8, ownFunction: Infinity, maxNodes: 400 };
