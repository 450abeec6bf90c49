import type { Numerics, OpKind, Tolerance } from './row.ts';

/** The kinds of ops, in the order in which pages list them. */
export const opKindTitles: { readonly [K in OpKind]: string } = {
  leaf: 'Leaves',
  unary: 'Unary',
  binary: 'Binary and comparison',
  ternary: 'Ternary',
  reduction: 'Reductions',
  contraction: 'Contraction',
  movement: 'Movement',
  indexing: 'Indexing',
  random: 'Random numbers',
  control: 'Control',
};

const tolerances: { readonly [K in Tolerance['kind']]: (tolerance: Extract<Tolerance, { kind: K }>) => string } = {
  ulp: ({ ulp }) => (ulp === 0 ? 'exact' : `${ulp} ulp`),
  contraction: () => 'γₙ Σ|terms|',
  product: () => 'n ulp',
};

/** How far a result may be off, in words: `4 ulp`. */
export const showTolerance = (tolerance: Tolerance): string =>
  (tolerances[tolerance.kind] as (tolerance: Tolerance) => string)(tolerance);

/** Domain and special values in words; empty where there are none. */
export const showSpecial = ({ domain, special }: Numerics): string =>
  [domain === undefined ? [] : `defined for ${domain}, NaN elsewhere`, special ?? []].flat().join('; ');
