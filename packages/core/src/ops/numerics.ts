import type { Numerics } from './row.ts';

/** Ops that IEEE 754 or plain selection makes exact. */
export const exact = (special: string): Numerics => ({ tolerance: { kind: 'ulp', ulp: 0 }, special });

/** Functions that are approximated: the contract's cap. */
export const within4 = (special: string, domain?: string): Numerics => ({
  tolerance: { kind: 'ulp', ulp: 4 },
  special,
  ...(domain === undefined ? {} : { domain }),
});
