import type { Shape } from '../tensor/shape.ts';
import { stridesOf } from '../tensor/shape.ts';
import type { Node } from './graph.ts';

/**
 * Index maps: how a consumer's index reads through movement ops. A code generator that reads through views copies nothing
 * for reshape, transpose, broadcastTo, slice and stopGradient.
 */

/** A whole number in [0, extent): a loop variable, or what a reshape makes of one. `key` identifies it. */
export type Atom =
  | { readonly kind: 'variable'; readonly key: string; readonly extent: number }
  | {
      readonly kind: 'quotient' | 'remainder';
      readonly key: string;
      readonly extent: number;
      readonly of: Affine;
      readonly by: number;
    };

/** constant + Σ factor·atom. */
export interface Affine {
  readonly constant: number;
  readonly terms: readonly { readonly atom: Atom; readonly factor: number }[];
}

const NO_TERMS: Affine['terms'] = [];

export const fixed = (constant: number): Affine => ({ constant, terms: NO_TERMS });

/** A loop variable that runs from 0 to extent − 1. */
export const variable = (name: string, extent: number): Affine => ({
  constant: 0,
  terms: [{ atom: { kind: 'variable', key: name, extent }, factor: 1 }],
});

export const isFixed = (affine: Affine): boolean => affine.terms.length === 0;

export const plus = (a: Affine, b: Affine): Affine => {
  if (isFixed(a)) return a.constant === 0 ? b : { constant: a.constant + b.constant, terms: b.terms };
  if (isFixed(b)) return b.constant === 0 ? a : { constant: a.constant + b.constant, terms: a.terms };
  const terms = a.terms.slice();
  for (const term of b.terms) {
    const same = terms.findIndex(({ atom }) => atom.key === term.atom.key);
    if (same < 0) terms.push(term);
    else terms[same] = { atom: term.atom, factor: terms[same]!.factor + term.factor };
  }
  return { constant: a.constant + b.constant, terms: terms.filter(({ factor }) => factor !== 0) };
};

export const times = (a: Affine, factor: number): Affine => {
  if (factor === 1) return a;
  if (factor === 0) return fixed(0);
  return { constant: a.constant * factor, terms: a.terms.map((term) => ({ atom: term.atom, factor: term.factor * factor })) };
};

const largest = (a: Affine): number =>
  a.terms.reduce((total, { atom, factor }) => total + Math.max(0, factor * (atom.extent - 1)), a.constant);
const smallest = (a: Affine): number =>
  a.terms.reduce((total, { atom, factor }) => total + Math.min(0, factor * (atom.extent - 1)), a.constant);

const keyOf = ({ constant, terms }: Affine): string => {
  let key = String(constant);
  for (const { atom, factor } of terms) key += `+${factor}*${atom.key}`;
  return key;
};

/** a = by·q + rest, where the terms of q divide evenly. */
const split = (a: Affine, by: number): { readonly quotient: Affine; readonly rest: Affine } => {
  const whole = Math.floor(a.constant / by);
  return {
    quotient: {
      constant: whole,
      terms: a.terms.filter(({ factor }) => factor % by === 0).map(({ atom, factor }) => ({ atom, factor: factor / by })),
    },
    rest: { constant: a.constant - whole * by, terms: a.terms.filter(({ factor }) => factor % by !== 0) },
  };
};

/** ⌊a / by⌋ for a ≥ 0. */
export const quotient = (a: Affine, by: number): Affine => {
  if (by === 1) return a;
  const { quotient: even, rest } = split(a, by);
  if (smallest(rest) >= 0 && largest(rest) < by) return even;
  const atom: Atom = {
    kind: 'quotient',
    key: `(${keyOf(rest)})/${by}`,
    extent: Math.floor(largest(rest) / by) + 1,
    of: rest,
    by,
  };
  return plus(even, { constant: 0, terms: [{ atom, factor: 1 }] });
};

/** a mod by for a ≥ 0. */
export const remainder = (a: Affine, by: number): Affine => {
  if (by === 1) return fixed(0);
  const { rest } = split(a, by);
  if (smallest(rest) >= 0 && largest(rest) < by) return rest;
  const atom: Atom = { kind: 'remainder', key: `(${keyOf(rest)})%${by}`, extent: by, of: rest, by };
  return { constant: 0, terms: [{ atom, factor: 1 }] };
};

/** Whether a loop variable of this kind is in an expression. */
export const hasVariable = ({ terms }: Affine, isWanted: (name: string) => boolean): boolean =>
  terms.some(({ atom }) => (atom.kind === 'variable' ? isWanted(atom.key) : hasVariable(atom.of, isWanted)));

/** The names of the loop variables in an expression. */
export const variablesOf = ({ terms }: Affine): readonly string[] => {
  const names: string[] = [];
  for (const { atom } of terms) {
    if (atom.kind === 'variable') names.push(atom.key);
    else names.push(...variablesOf(atom.of));
  }
  return names;
};

/** A position in a row-major tensor, per axis or as an offset; each is worked out from the other on demand. */
export interface Index {
  readonly shape: Shape;
  readonly axes?: readonly Affine[];
  readonly offset?: Affine;
}

export const axesOf = ({ shape, axes, offset }: Index): readonly Affine[] => {
  if (axes !== undefined) return axes;
  const strides = stridesOf(shape);
  return shape.map((length, axis) => {
    if (length <= 1) return fixed(0);
    const at = quotient(offset!, strides[axis]!);
    return largest(at) < length ? at : remainder(at, length);
  });
};

export const offsetOf = ({ shape, axes, offset }: Index): Affine => {
  if (offset !== undefined) return offset;
  const strides = stridesOf(shape);
  return axes!.reduce((total, at, axis) => plus(total, times(at, strides[axis]!)), fixed(0));
};

export const indexKey = (index: Index): string => (index.axes ?? [index.offset!]).map(keyOf).join(',');

type ViewOp = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'stopGradient';
type ViewNode = Extract<Node, { op: ViewOp }>;

const viewRules: { readonly [K in ViewOp]: (node: Extract<Node, { op: K }>, index: Index, from: Shape) => Index } = {
  reshape: (_, index, from) => ({ shape: from, offset: offsetOf(index) }),
  transpose: ({ attrs: { perm } }, index, from) => {
    const axes = axesOf(index);
    return { shape: from, axes: from.map((_, axis) => axes[perm.indexOf(axis)]!) };
  },
  broadcastTo: (node, index, from) => {
    const axes = axesOf(index);
    const missing = node.shape.length - from.length;
    return { shape: from, axes: from.map((length, axis) => (length === 1 ? fixed(0) : axes[axis + missing]!)) };
  },
  slice: ({ attrs: { start } }, index, from) => ({
    shape: from,
    axes: axesOf(index).map((at, axis) => plus(at, fixed(start[axis]!))),
  }),
  stopGradient: (_, index) => index,
};

export const isView = (node: Node): node is ViewNode => Object.hasOwn(viewRules, node.op);

/** Where a view's element comes from in its input, which has shape `from`. */
export const throughView = (node: ViewNode, index: Index, from: Shape): Index =>
  (viewRules[node.op] as (node: ViewNode, index: Index, from: Shape) => Index)(node, index, from);
