import {
  axesOf,
  fixed,
  indexKey,
  isFixed,
  isView,
  offsetOf,
  plus,
  sizeOf,
  throughView,
  times,
  type Affine,
  type Index,
} from '@nalu/core/graph';
import { showAffine, type Namer, type Nest, type Operand } from './nest.ts';
import type { Numbers } from './numbers.ts';
import { throughViews, type GraphPlan } from '@nalu/core/loops';
import type { Settings } from './settings.ts';

/** Row-major memory, from `base` in an array on. */
export interface MemoryPlace {
  readonly kind: 'memory';
  readonly array: string;
  readonly base: Affine;
}

/** Where code finds a value. */
export type Place =
  | MemoryPlace
  /** One name per element. */
  | { readonly kind: 'locals'; readonly names: readonly string[] }
  /** A value of the surrounding graph; `prefix` is the step of a stacked input. */
  | { readonly kind: 'outer'; readonly scope: Scope; readonly id: number; readonly prefix: readonly Affine[] };

/** What is the same for a whole program while it is written. */
export interface Program {
  readonly numbers: Numbers;
  readonly settings: Settings;
  readonly namer: Namer;
  /** Functions besides the main one. */
  readonly functions: string[];
  /** Adds numbers to the constant pool once; returns their offset. */
  readonly pooled: (data: readonly number[]) => number;
  /** Asks for f64 accumulators; all nests share them. */
  readonly accumulators: (count: number) => void;
  /** Numbers of steps of the scans, in the order of their positions in N. */
  readonly lengths: number[];
}

/** A graph or body while its code is written. */
export interface Scope {
  readonly program: Program;
  readonly plan: GraphPlan;
  readonly places: Map<number, Place>;
  /** Where this plan's part of the arena begins. */
  readonly arena: number;
  readonly uid: number;
  /** The body of a scan, which runs many times. */
  readonly isBody: boolean;
}

/** Arrays of the program: arena, constant pool, f64 accumulators; inputs and outputs are x0, x1 … and y0, y1 … */
export const ARENA = 'A';
const POOL = 'C';
export const ACCUMULATORS = 'S';

export const slotPlace = (scope: Scope, slot: number): MemoryPlace => ({
  kind: 'memory',
  array: ARENA,
  base: fixed(scope.arena + scope.plan.offsets[slot]!),
});

export const at = (place: { readonly array: string; readonly base: Affine }, offset: Affine): string =>
  `${place.array}[${showAffine(plus(place.base, offset))}]`;

/** Where a value lies row-major in memory, reshapes looked through; undefined when it does not. */
export const plainPlace = (scope: Scope, id: number): MemoryPlace | undefined => {
  const place = scope.places.get(id);
  const node = scope.plan.graph.nodes[id]!;
  if (place?.kind === 'memory') return place;
  if (place?.kind === 'outer') {
    const outer = plainPlace(place.scope, place.id);
    const [step] = place.prefix;
    return step === undefined || outer === undefined
      ? outer
      : { ...outer, base: plus(outer.base, times(step, sizeOf(node.shape))) };
  }
  return place === undefined && (node.op === 'reshape' || node.op === 'stopGradient')
    ? plainPlace(scope, node.inputs[0]!)
    : undefined;
};

/** Code for one element of a value that is computed already (or of a leaf), and the index its cost depends on. */
const elementCode = (
  scope: Scope,
  id: number,
  index: Index,
): { readonly code: string; readonly index: Affine; readonly named: boolean } => {
  const { graph } = scope.plan;
  const node = graph.nodes[id]!;
  const place = scope.places.get(id);
  if (place !== undefined) {
    if (place.kind === 'outer') {
      const outer = place.scope.plan.graph.nodes[place.id]!;
      return elementCode(
        place.scope,
        place.id,
        place.prefix.length === 0 ? index : { shape: outer.shape, axes: [...place.prefix, ...axesOf(index)] },
      );
    }
    const offset = offsetOf(index);
    if (place.kind === 'memory') return { code: at(place, offset), index: plus(place.base, offset), named: false };
    if (!isFixed(offset)) throw new Error(`Node ${id} (${node.op}) is kept in variables, but is read at a computed index.`);
    return { code: place.names[offset.constant]!, index: fixed(0), named: true };
  }
  if (node.op === 'constant') {
    const { data } = node.attrs;
    const offset = offsetOf(index);
    if (data.length === 1) return { code: scope.program.numbers.literal(data[0]!), index: fixed(0), named: true };
    if (isFixed(offset)) return { code: scope.program.numbers.literal(data[offset.constant]!), index: fixed(0), named: true };
    return { code: `${POOL}[${showAffine(plus(offset, fixed(scope.program.pooled(data))))}]`, index: offset, named: false };
  }
  if (node.op === 'iota') {
    const position = axesOf(index)[node.attrs.axis]!;
    return { code: showAffine(position), index: position, named: isFixed(position) };
  }
  if (isView(node)) {
    const [input] = node.inputs;
    return elementCode(scope, input!, throughView(node, index, graph.nodes[input!]!.shape));
  }
  throw new Error(`Node ${id} (${node.op}) is read before it is computed.`);
};

/** An element as an expression, for code that is not written through a nest. */
export const elementText = (scope: Scope, id: number, index: Index): string => elementCode(scope, id, index).code;

/** An element of a node as an operand in a nest: computed in this nest before, or read. */
export const read = (scope: Scope, nest: Nest, id: number, index: Index): Operand => {
  const { id: source, index: position } = throughViews(scope.plan, id, index);
  const key = `${scope.uid} ${source} ${indexKey({ shape: position.shape, axes: axesOf(position) })}`;
  const known = nest.memo.get(key);
  if (known !== undefined) return known;
  const { code, index: where, named } = elementCode(scope, source, position);
  const depth = nest.depthOf(where);
  const operand = named ? { code, depth } : nest.define(code, depth);
  nest.memo.set(key, operand);
  return operand;
};

/** Remembers what a node's element is in this nest. */
export const remember = (scope: Scope, nest: Nest, id: number, index: Index, operand: Operand): void => {
  nest.memo.set(`${scope.uid} ${id} ${indexKey({ shape: index.shape, axes: axesOf(index) })}`, operand);
};
