import type { LoopSettings } from '@nalu/core/loops';

/** How far the generator unrolls. The figures are measured; see the comments. */
export interface Settings extends LoopSettings {
  /**
   * So many neighbouring points of the innermost loop are written side by side. NALU 2→1, batch 128, one Adam step: 7.8 µs
   * with 1, 6.7 with 2, 6.0 to 8.7 with 4.
   */
  readonly width: number;
}

/** One function with everything small in local variables: the fastest while V8 still optimises it. */
export const ROOMY: Settings = { small: 16, lanes: 4, inner: 8, width: 2, ownFunction: 4096, maxNodes: 400 };

/** Every region a function, little unrolled: for graphs whose single function would be too long for V8 to optimise. */
export const TIGHT: Settings = { small: 2, lanes: 2, inner: 4, width: 2, ownFunction: 0, maxNodes: 60 };
