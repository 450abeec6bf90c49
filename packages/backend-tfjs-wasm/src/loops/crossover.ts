import type { MatmulSizes } from '@nalu/core/graph';

/**
 * From so many multiplications on, XNNPACK takes a product. Measured in Node 20 on an EPYC 7003 (generated kernel against
 * XNNPACK, milliseconds): 64³ 0.02 and 0.05, 256³ 1.0 and 1.6, 1024×256×256 4.0 and 5.7, 512³ 9.3 and 14, 1024³ 82 and 115,
 * 2048×2048×256 97 and 100, 4096×1024×1024 410 and 450. XNNPACK packs its second operand in every call; it comes close where
 * products are largest.
 */
const CROSSOVER = 2 ** 30;

/** Whether XNNPACK computes a matrix product. */
export const usesLibrary = ({ m, n, k }: MatmulSizes): boolean => m * n * k >= CROSSOVER && Math.min(m, n, k) >= 4;
