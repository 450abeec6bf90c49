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
import { throughViews, type GraphPlan, type LoopSettings } from '@nalu/core/loops';
import { bitsOf, type Code } from '../assembler/encoding.ts';
import { local } from '../assembler/instructions.ts';
import type { ModuleWriter } from '../assembler/module.ts';
import { number } from '../vector/lanes.ts';
import { indexVector, loadVector, type MemoryPlace } from './memory.ts';
import type { Nest, NestContext, Operand } from './nest.ts';

/** Where code finds a value. */
export type Place =
  | MemoryPlace
  /** One variable per element, which holds it in all lanes. */
  | { readonly kind: 'locals'; readonly locals: readonly number[] }
  /** A value of the surrounding graph; `prefix` is the step of a stacked input. */
  | { readonly kind: 'outer'; readonly scope: Scope; readonly id: number; readonly prefix: readonly Affine[] };

/** What is the same for a whole program while it is written. */
export interface Program extends NestContext {
  readonly module: ModuleWriter;
  readonly settings: LoopSettings;
  /** Adds numbers to the constant pool once; returns their place. */
  readonly pooled: (data: readonly number[]) => MemoryPlace;
  /** Pointer to the arena. */
  readonly arena: number;
  /** Memory for so many numbers, which any step may use. */
  readonly scratch: (count: number) => MemoryPlace;
  /** Code of the number of steps of the next scan. */
  readonly scanLength: (length: number) => Code;
}

/** A graph or body while its code is written. */
export interface Scope {
  readonly program: Program;
  readonly plan: GraphPlan;
  readonly places: Map<number, Place>;
  /** Where this plan's part of the arena begins. */
  readonly arena: number;
  readonly uid: number;
}

export const slotPlace = (scope: Scope, slot: number): MemoryPlace => ({
  kind: 'memory',
  pointer: scope.program.arena,
  base: fixed(scope.arena + scope.plan.offsets[slot]!),
});

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

/** A number as an operand. */
export const literal = (nest: Nest, value: number): Operand => {
  const key = `literal ${bitsOf(value)}`;
  const known = nest.known(key);
  if (known !== undefined) return known;
  return nest.remember(key, nest.define(number(nest.at(0), value), 0));
};

/** An element of a constant or an iota, wherever they were copied to; undefined for other nodes. */
export const leaf = (scope: Scope, nest: Nest, id: number, index: Index): Operand | undefined => {
  const node = scope.plan.graph.nodes[id]!;
  if (node.op === 'constant') {
    const { data } = node.attrs;
    const offset = offsetOf(index);
    if (data.length === 1) return literal(nest, data[0]!);
    if (isFixed(offset)) return literal(nest, data[offset.constant]!);
    return loadVector(nest, scope.program.pooled(data), offset);
  }
  return node.op === 'iota' ? indexVector(nest, axesOf(index)[node.attrs.axis]!) : undefined;
};

/** One element of a value that is computed already (or of a leaf). */
const element = (scope: Scope, nest: Nest, id: number, index: Index): Operand => {
  const { graph, copied } = scope.plan;
  const node = graph.nodes[id]!;
  const place = scope.places.get(id);
  if (place !== undefined) {
    if (place.kind === 'outer') {
      const outer = place.scope.plan.graph.nodes[place.id]!;
      const at = place.prefix.length === 0 ? index : { shape: outer.shape, axes: [...place.prefix, ...axesOf(index)] };
      return element(place.scope, nest, place.id, at);
    }
    const offset = offsetOf(index);
    if (place.kind === 'memory') return loadVector(nest, place, offset);
    if (!isFixed(offset)) throw new Error(`Node ${id} (${node.op}) is kept in variables, but is read at a computed index.`);
    return { local: place.locals[offset.constant]!, depth: 0 };
  }
  const known = leaf(scope, nest, id, index);
  if (known !== undefined) return known;
  if (isView(node) && !copied.has(id)) {
    const [input] = node.inputs;
    return element(scope, nest, input!, throughView(node, index, graph.nodes[input!]!.shape));
  }
  throw new Error(`Node ${id} (${node.op}) is read before it is computed.`);
};

const keyOf = (scope: Scope, id: number, index: Index): string =>
  `${scope.uid} ${id} ${indexKey({ shape: index.shape, axes: axesOf(index) })}`;

/** An element of a node as an operand in a nest: computed in this nest before, or read. */
export const read = (scope: Scope, nest: Nest, id: number, index: Index): Operand => {
  const { id: source, index: position } = throughViews(scope.plan, id, index);
  const key = keyOf(scope, source, position);
  return nest.known(key) ?? nest.remember(key, element(scope, nest, source, position));
};

/** Remembers what a node's element is in this nest. */
export const remember = (scope: Scope, nest: Nest, id: number, index: Index, operand: Operand): void => {
  nest.remember(keyOf(scope, id, index), operand);
};

export const codeOf = ({ local: index }: Operand): ReturnType<typeof local.get> => local.get(index);
