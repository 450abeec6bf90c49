import { axesOf, fixed, offsetOf, sizeOf, type Affine, type Index, type NodeOf, type Region } from '@nalu/core/graph';
import { laneIndices, layoutOf, reducedIndices, type Form } from '@nalu/core/loops';
import type { Code } from '../assembler/encoding.ts';
import { f32x4, i32, local, memory, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { acrossLanes, firstLanes, multiplyAdd, number } from '../vector/lanes.ts';
import { folds, type Fold, type FoldOp } from './folds.ts';
import { compute } from './maps.ts';
import { BYTES, loadVector, pushStores, storeCode, type MemoryPlace } from './memory.ts';
import { LANES, Nest, type Operand } from './nest.ts';
import { codeOf, plainPlace, read, remember, type Place, type Program, type Scope } from './values.ts';

/**
 * Vectors that are written side by side, because each alone is one long chain of instructions. NALU 2→1, batch 128, one Adam
 * step: 1.1 µs with 1, 0.85 with 2, 0.85 with 4; with the batch drawn 2.6, 2.2 and 2.5.
 */
const WIDTH = 2;

type MapForm = Extract<Form, { kind: 'map' }>;
type AccumulateForm = Extract<Form, { kind: 'accumulate' }>;

const writeMap = (scope: Scope, nest: Nest, id: number, form: MapForm): void => {
  const { shape } = scope.plan.graph.nodes[id]!;
  const place = scope.places.get(id);
  const operands = nest.points.flatMap((point) => {
    const indices = laneIndices(shape, form.layout, point);
    const elements = indices.map((index) => {
      const operand = compute(scope, nest, id, index);
      remember(scope, nest, id, index, operand);
      return operand;
    });
    if (place?.kind === 'memory') pushStores(nest, place, indices.map(offsetOf), elements.map(codeOf));
    return elements;
  });
  if (scope.plan.homes.get(id)?.kind === 'locals')
    scope.places.set(id, { kind: 'locals', locals: operands.map((operand) => operand.local) });
};

/** What lanes that do not count contribute: nothing. */
const masked = (nest: Nest, fold: Fold, isReduced: boolean, value: Code): Code => {
  if (!isReduced || nest.lanes === LANES) return value;
  const code = nest.at(0);
  const mask = firstLanes(code, nest.lanes);
  return fold.start === 0 ? v128.and(value, mask) : v128.select(mask, value, number(code, fold.start));
};

/** The elements of a reduction's input that belong to an element of its result, at one point of the loops. */
const reducedElements = (
  scope: Scope,
  nest: Nest,
  node: NodeOf<FoldOp>,
  index: Index,
  point: readonly Affine[],
): readonly Code[] => {
  const { axes } = node.attrs;
  const { shape } = scope.plan.graph.nodes[node.inputs[0]!]!;
  const { loops } = layoutOf(shape, scope.program.settings);
  const elements = reducedIndices(shape, index, axes, loops, point);
  return elements.map((element) => codeOf(read(scope, nest, node.inputs[0]!, element)));
};

/** The two factors at one inner position of a matrix product. */
const factors = (scope: Scope, nest: Nest, node: NodeOf<'matmul'>, index: Index, inner: Affine): readonly [Code, Code] => {
  const own = axesOf(index);
  const batch = own.slice(0, -2);
  const [row, column] = [own.at(-2)!, own.at(-1)!];
  const { transposeA, transposeB } = node.attrs;
  const [a, b] = node.inputs.map((input, i): Code => {
    const pair = i === 0 ? [row, inner] : [inner, column];
    const swapped = i === 0 ? transposeA : transposeB;
    return codeOf(
      read(scope, nest, input, {
        shape: scope.plan.graph.nodes[input]!.shape,
        axes: [...batch, ...(swapped ? pair.reverse() : pair)],
      }),
    );
  });
  return [a!, b!];
};

/** Adds what belongs to one point of the loops to a total. `isReduced`: the points of all lanes belong to one total. */
const addPoint = (
  scope: Scope,
  nest: Nest,
  node: NodeOf<FoldOp> | NodeOf<'matmul'>,
  { reduced }: AccumulateForm,
  index: Index,
  point: readonly Affine[],
  isReduced: boolean,
  total: Code,
): Code => {
  if (node.op !== 'matmul') {
    const fold = folds[node.op];
    const elements = reducedElements(scope, nest, node, index, point);
    return elements.reduce((sum, element) => fold.combine(sum, masked(nest, fold, isReduced, element)), total);
  }
  const [a, b] = factors(scope, nest, node, index, point[reduced[0]!]!);
  return nest.lanes === LANES
    ? multiplyAdd(nest.at(0), a, b, total)
    : f32x4.add(total, masked(nest, folds.sum, isReduced, f32x4.mul(a, b)));
};

/** Sets `count` neighbouring numbers, from an address on, to one value. */
export const writeFill = (program: Program, pointer: number, count: number, value: number): Code => {
  if (Object.is(value, 0)) return memory.fill(local.get(pointer), 0, i32.constant(BYTES * count));
  const nest = new Nest([count], program);
  nest.variants(() => {
    const place: MemoryPlace = { kind: 'memory', pointer, base: fixed(0) };
    nest.push(nest.innermost, storeCode(nest, place, nest.point[0]!, number(nest.at(0), value)));
  });
  return nest.lines();
};

/** How a reduction runs in its nest. */
interface Reduction {
  readonly scope: Scope;
  readonly nest: Nest;
  readonly id: number;
  readonly node: NodeOf<FoldOp> | NodeOf<'matmul'>;
  readonly form: AccumulateForm;
  readonly fold: Fold;
  /** Loops that are not reduced. */
  readonly kept: readonly number[];
  /** The first loop that is reduced. */
  readonly firstReduced: number;
  /** How many loops are outside those at the end that are all reduced. */
  readonly outer: number;
}

const resultIndices = ({ node, form, kept }: Reduction, point: readonly Affine[]): readonly Index[] =>
  laneIndices(
    node.shape,
    form.layout,
    kept.map((k) => point[k]!),
  );

/** Reduced loops lie outside loops that are kept: the result's own memory holds the totals, and starts with those of nothing. */
const writeStart = (reduction: Reduction, place: MemoryPlace): void => {
  const { scope, nest, id, form, fold, kept, firstReduced } = reduction;
  nest.once(`start ${id}`, () => {
    const outside = nest.point.map((at, k) => (k < firstReduced ? at : fixed(0)));
    const indices = resultIndices(reduction, outside);
    const count = sizeOf(kept.filter((k) => k > firstReduced).map((k) => form.space[k]!)) * indices.length;
    const pointer = nest.pointerTo(place, offsetOf(indices[0]!), firstReduced);
    nest.push(firstReduced, writeFill(scope.program, pointer, count, fold.start));
    return pointer;
  });
};

/** The last loop is kept: every lane has totals of its own, in memory. */
const writeTotalsInMemory = (reduction: Reduction, place: MemoryPlace): void => {
  const { scope, nest, node, form } = reduction;
  for (const point of nest.points) {
    const indices = resultIndices(reduction, point);
    const next = indices.map((index) => {
      const total = codeOf(loadVector(nest, place, offsetOf(index)));
      return nest.at(nest.innermost).define(addPoint(scope, nest, node, form, index, point, false, total));
    });
    pushStores(nest, place, indices.map(offsetOf), next);
  }
};

/** The last loops are reduced: a variable has one total per lane, and these are combined behind the loops. Returns the results. */
const writeTotalsInLanes = (reduction: Reduction, place: Place | undefined): readonly number[] => {
  const { scope, nest, id, node, form, fold, firstReduced, outer } = reduction;
  return resultIndices(reduction, nest.point).map((index, i) => {
    const total = nest.once(`total ${id} ${i}`, () => nest.define(number(nest.at(0), fold.start), outer).local);
    for (const point of nest.points)
      nest.push(nest.innermost, local.set(total, addPoint(scope, nest, node, form, index, point, true, local.get(total))));
    return nest.once(`result ${id} ${i}`, () => {
      const result = nest.newLocal(types.v128);
      const combined = acrossLanes(nest.behind(outer), local.get(total), fold.combine);
      if (outer === firstReduced) nest.pushAfter(outer, local.set(result, combined));
      else {
        const before = codeOf(loadVector(nest, place as MemoryPlace, offsetOf(index)));
        nest.pushAfter(outer, local.set(result, fold.combine(before, combined)));
      }
      if (place?.kind === 'memory') nest.pushAfter(outer, storeCode(nest, place, offsetOf(index), local.get(result)));
      return result;
    });
  });
};

const writeAccumulation = (scope: Scope, nest: Nest, id: number, form: AccumulateForm): void => {
  const node = scope.plan.graph.nodes[id]! as NodeOf<FoldOp> | NodeOf<'matmul'>;
  const kept = form.space.map((_, k) => k).filter((k) => !form.reduced.includes(k));
  const reduction: Reduction = {
    scope,
    nest,
    id,
    node,
    form,
    fold: folds[node.op === 'matmul' ? 'sum' : node.op],
    kept,
    firstReduced: Math.min(...form.reduced),
    outer: Math.max(-1, ...kept) + 1,
  };
  const place = scope.places.get(id);
  if (reduction.outer !== reduction.firstReduced) writeStart(reduction, place as MemoryPlace);
  if (reduction.outer === form.space.length) writeTotalsInMemory(reduction, place as MemoryPlace);
  else {
    const locals = writeTotalsInLanes(reduction, place);
    if (scope.plan.homes.get(id)?.kind === 'locals') scope.places.set(id, { kind: 'locals', locals });
  }
};

/** Writes a region as one loop nest. */
export const writeRegion = (scope: Scope, region: Region): Code => {
  const { forms } = scope.plan;
  const first = forms[region.nodes[0]!] as MapForm | AccumulateForm;
  const nest = new Nest(first.space, scope.program);
  nest.variants(() => {
    for (const id of region.nodes) {
      const form = forms[id]!;
      if (form.kind === 'map') writeMap(scope, nest, id, form);
      else if (form.kind === 'accumulate') writeAccumulation(scope, nest, id, form);
    }
  }, WIDTH);
  const places = region.nodes.map((id) => scope.places.get(id));
  nest.release(new Set(places.flatMap((place) => (place?.kind === 'locals' ? place.locals : []))));
  return nest.lines();
};

/** Writes a loop nest that stores every element of a node, as `element` gives it, where `offset` says. */
const writeEach = (
  scope: Scope,
  id: number,
  target: MemoryPlace,
  element: (nest: Nest, index: Index) => Operand,
  offset: (index: Index) => Affine,
): Code => {
  const { shape } = scope.plan.graph.nodes[id]!;
  const layout = layoutOf(shape, scope.program.settings);
  const nest = new Nest(
    layout.loops.map((axis) => shape[axis]!),
    scope.program,
  );
  nest.variants(() => {
    const indices = laneIndices(shape, layout, nest.point);
    const elements = indices.map((index) => codeOf(element(nest, index)));
    pushStores(nest, target, indices.map(offset), elements);
  });
  return nest.lines();
};

/** Computes a value, element by element. */
export const writeComputed = (scope: Scope, id: number, target: MemoryPlace): Code =>
  writeEach(scope, id, target, (nest, index) => compute(scope, nest, id, index), offsetOf);

/** Copies a value that is computed already, element by element, to where `offset` says: in order by default. */
export const writeElements = (scope: Scope, id: number, target: MemoryPlace, offset: (index: Index) => Affine = offsetOf): Code =>
  writeEach(scope, id, target, (nest, index) => read(scope, nest, id, index), offset);

/** Copies a whole value: outputs, carries, stacked outputs. */
export const writeCopy = (scope: Scope, id: number, target: MemoryPlace): Code => {
  const size = sizeOf(scope.plan.graph.nodes[id]!.shape);
  const source = plainPlace(scope, id);
  if (source === undefined || size === 0) return writeElements(scope, id, target);
  const nest = new Nest([], scope.program);
  const addressOf = ({ pointer, base }: MemoryPlace): Code =>
    i32.add(local.get(pointer), i32.mul(nest.indexCode(base, 0), BYTES));
  return memory.copy(addressOf(target), addressOf(source), i32.constant(BYTES * size));
};
