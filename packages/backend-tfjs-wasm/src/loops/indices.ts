import type { Affine, Atom } from '@nalu/core/graph';
import type { Code } from '../assembler/encoding.ts';
import { i32, local } from '../assembler/instructions.ts';

/** The variables that indices are made of. */
export interface IndexVariables {
  /** The loop variable whose value is one more in the next lane. Its value in lane 0 is a multiple of 4. */
  readonly lanes: string;
  /** Variables that differ from lane to lane in another way. */
  readonly perLane: ReadonlyMap<string, readonly number[]>;
  local(name: string): number;
}

const LANES = 4;

/** True when the lanes' values of an affine index are neighbours in one group of four, the first of which divides by 4. */
const isGroup = ({ constant, terms }: Affine, variables: IndexVariables): boolean =>
  constant % LANES === 0 &&
  terms.every(({ atom, factor }) => (atom.key === variables.lanes ? factor === 1 : factor % LANES === 0)) &&
  terms.every(({ atom }) => atom.key === variables.lanes || atomStride(atom, variables) === 0);

const atomStride = (atom: Atom, variables: IndexVariables): number | undefined => {
  if (atom.kind === 'variable') return atom.key === variables.lanes ? 1 : variables.perLane.has(atom.key) ? undefined : 0;
  const inside = laneStride(atom.of, variables);
  if (inside === 0) return 0;
  if (inside !== 1 || atom.by % LANES !== 0 || !isGroup(atom.of, variables)) return undefined;
  return atom.kind === 'remainder' ? 1 : 0;
};

/** How far apart the elements of neighbouring lanes are; undefined where that differs from lane to lane. */
export const laneStride = ({ terms }: Affine, variables: IndexVariables): number | undefined => {
  let stride = 0;
  for (const { atom, factor } of terms) {
    const each = atomStride(atom, variables);
    if (each === undefined) return undefined;
    stride += factor * each;
  }
  return stride;
};

const atomCode = (atom: Atom, lane: number, variables: IndexVariables): Code => {
  if (atom.kind === 'variable') {
    const own = variables.perLane.get(atom.key);
    if (own !== undefined) return local.get(own[lane]!);
    const value = local.get(variables.local(atom.key));
    return atom.key === variables.lanes ? i32.add(value, lane) : value;
  }
  const of = indexCode(atom.of, lane, variables);
  return atom.kind === 'quotient' ? i32.divU(of, i32.constant(atom.by)) : i32.remU(of, i32.constant(atom.by));
};

/** Code of an index in one lane. */
export const indexCode = ({ constant, terms }: Affine, lane: number, variables: IndexVariables): Code => {
  const parts = terms.map(({ atom, factor }) => i32.mul(atomCode(atom, lane, variables), factor));
  const [first, ...others] = parts;
  if (first === undefined) return i32.constant(constant);
  return i32.add(
    others.reduce((sum, part) => i32.add(sum, part), first),
    constant,
  );
};
