import { isOpName, ops, type OpKind, type OpName, type Tolerance } from '@nalu/core/graph';

/** The kinds of ops in the order of docs/numerics.md. */
const kindTitles: { readonly [K in OpKind]: string } = {
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

/** What the contract says about an op. */
export interface OpFacts {
  readonly op: OpName;
  readonly kind: OpKind;
  readonly formula: string;
  /** How far a result may be off: `4 ulp`. */
  readonly allowed: string;
  /** Domain and special values; empty where there are none. */
  readonly special: string;
}

export const factsOf = (op: OpName): OpFacts => {
  const { kind, formula, numerics } = ops[op];
  const { tolerance, domain, special } = numerics;
  return {
    op,
    kind,
    formula,
    allowed: (tolerances[tolerance.kind] as (tolerance: Tolerance) => string)(tolerance),
    special: [domain === undefined ? [] : `defined for ${domain}, NaN elsewhere`, special ?? []].flat().join('; '),
  };
};

/** Ops that some report has something about, by their kind. */
export const opSections = (tested: ReadonlySet<string>): readonly (readonly [title: string, ops: readonly OpFacts[]])[] => {
  const facts = Object.keys(ops)
    .filter((name) => isOpName(name) && tested.has(name))
    .map((name) => factsOf(name as OpName));
  return (Object.entries(kindTitles) as [OpKind, string][])
    .map(([kind, title]) => [title, facts.filter((each) => each.kind === kind)] as const)
    .filter(([, own]) => own.length > 0);
};
