import { isOpName, opKindTitles, ops, showSpecial, showTolerance, type OpKind, type OpName } from '@nalu/core/graph';

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
  return {
    op,
    kind,
    formula,
    allowed: showTolerance(numerics.tolerance),
    special: showSpecial(numerics),
  };
};

/** Ops that some report has something about, by their kind. */
export const opSections = (tested: ReadonlySet<string>): readonly (readonly [title: string, ops: readonly OpFacts[]])[] => {
  const facts = Object.keys(ops)
    .filter((name) => isOpName(name) && tested.has(name))
    .map((name) => factsOf(name as OpName));
  return (Object.entries(opKindTitles) as [OpKind, string][])
    .map(([kind, title]) => [title, facts.filter((each) => each.kind === kind)] as const)
    .filter(([, own]) => own.length > 0);
};
