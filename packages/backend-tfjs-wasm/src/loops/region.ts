import { axesOf, fixed, offsetOf, sizeOf, type Affine, type Index, type NodeOf, type Region } from '@nalu/core/graph';
import { laneIndices, layoutOf, positions, type Form } from '@nalu/core/loops';
import type { Code } from '../assembler/encoding.ts';
import { f32x4, i32, local, memory, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { acrossLanes, firstLanes, multiplyAdd, number } from '../vector/lanes.ts';
import { folds, type Fold, type FoldOp } from './folds.ts';
import { compute, insertAxes } from './maps.ts';
import { BYTES, loadVector, storeCode, type MemoryPlace } from './memory.ts';
import { LANES, Nest, type Operand } from './nest.ts';
import { codeOf, plainPlace, read, remember, type Place, type Program, type Scope } from './values.ts';

type MapForm = Extract<Form, { kind: 'map' }>;
type AccumulateForm = Extract<Form, { kind: 'accumulate' }>;

const store = (nest: Nest, place: Place | undefined, index: Index, operand: Operand): void => {
  if (place?.kind === 'memory') nest.push(nest.innermost, storeCode(nest, place, offsetOf(index), codeOf(operand)));
};

const writeMap = (scope: Scope, nest: Nest, id: number, form: MapForm): void => {
  const { shape } = scope.plan.graph.nodes[id]!;
  const operands = laneIndices(shape, form.layout, nest.point).map((index) => {
    const operand = compute(scope, nest, id, index);
    remember(scope, nest, id, index, operand);
    store(nest, scope.places.get(id), index, operand);
    return operand;
  });
  if (scope.plan.homes.get(id)?.kind === 'locals')
    scope.places.set(id, { kind: 'locals', locals: operands.map((operand) => operand.local) });
};

/** What one point of the loops adds to a total. */
type Add = (total: Code) => Code;

/** What lanes that do not count contribute: nothing. */
const masked = (nest: Nest, fold: Fold, isReduced: boolean, value: Code): Code => {
  if (!isReduced || nest.lanes === LANES) return value;
  const code = nest.at(0);
  const mask = firstLanes(code, nest.lanes);
  return fold.start === 0 ? v128.and(value, mask) : v128.select(mask, value, number(code, fold.start));
};

const reductionAt = (scope: Scope, nest: Nest, node: NodeOf<FoldOp>, index: Index, isReduced: boolean): Add => {
  const { axes } = node.attrs;
  const { shape } = scope.plan.graph.nodes[node.inputs[0]!]!;
  const over = layoutOf(shape, scope.program.settings);
  const unrolled = axes.filter((axis) => !over.loops.includes(axis));
  const operands = positions(unrolled.map((axis) => shape[axis]!)).map((position) => {
    const reduced = axes.map((axis) =>
      unrolled.includes(axis) ? fixed(position[unrolled.indexOf(axis)]!) : nest.point[over.loops.indexOf(axis)]!,
    );
    return read(scope, nest, node.inputs[0]!, insertAxes(shape, axesOf(index), axes, reduced));
  });
  const fold = folds[node.op];
  return (total) => operands.reduce((sum, operand) => fold.combine(sum, masked(nest, fold, isReduced, codeOf(operand))), total);
};

const productAt = (scope: Scope, nest: Nest, node: NodeOf<'matmul'>, index: Index, inner: Affine): Add => {
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
  return (total) =>
    nest.lanes === LANES
      ? multiplyAdd(nest.at(0), a!, b!, total)
      : f32x4.add(total, masked(nest, folds.sum, true, f32x4.mul(a!, b!)));
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

/**
 * A reduction. Points of the last loops, as far as all of them are reduced, are combined in a variable with one total per
 * lane. Where further reduced loops lie outside loops that are kept, the result's own memory holds the totals.
 */
const writeAccumulation = (scope: Scope, nest: Nest, id: number, form: AccumulateForm): void => {
  const { program, plan } = scope;
  const node = plan.graph.nodes[id]! as NodeOf<FoldOp> | NodeOf<'matmul'>;
  const { space, reduced } = form;
  const fold = folds[node.op === 'matmul' ? 'sum' : node.op];
  const kept = space.map((_, k) => k).filter((k) => !reduced.includes(k));
  const place = scope.places.get(id);
  const firstReduced = Math.min(...reduced);
  /** Loops outside those at the end that are all reduced. */
  const outer = Math.max(-1, ...kept) + 1;
  const areLanesReduced = outer < space.length;
  const isOneRun = outer === firstReduced;
  const indices = laneIndices(
    node.shape,
    form.layout,
    kept.map((k) => nest.point[k]!),
  );
  if (!isOneRun) {
    nest.once(`start ${id}`, () => {
      const [first] = laneIndices(
        node.shape,
        form.layout,
        kept.map((k) => (k < firstReduced ? nest.point[k]! : fixed(0))),
      );
      const count = sizeOf(kept.filter((k) => k > firstReduced).map((k) => space[k]!)) * indices.length;
      const pointer = nest.pointerTo(place as MemoryPlace, offsetOf(first!), firstReduced);
      nest.push(firstReduced, writeFill(program, pointer, count, fold.start));
      return pointer;
    });
  }
  const locals = indices.map((index, i): number => {
    const inMemory = place as MemoryPlace;
    const add =
      node.op === 'matmul'
        ? productAt(scope, nest, node, index, nest.point[firstReduced]!)
        : reductionAt(scope, nest, node, index, areLanesReduced);
    if (!areLanesReduced) {
      const total = loadVector(nest, inMemory, offsetOf(index));
      nest.push(nest.innermost, storeCode(nest, inMemory, offsetOf(index), add(codeOf(total))));
      return total.local;
    }
    const total = nest.once(`total ${id} ${i}`, () => nest.define(number(nest.at(0), fold.start), outer).local);
    nest.push(nest.innermost, local.set(total, add(local.get(total))));
    return nest.once(`result ${id} ${i}`, () => {
      const result = nest.newLocal(types.v128);
      const combined = acrossLanes(nest.behind(outer), local.get(total), fold.combine);
      const before = isOneRun ? undefined : loadVector(nest, inMemory, offsetOf(index));
      nest.pushAfter(outer, local.set(result, before === undefined ? combined : fold.combine(codeOf(before), combined)));
      if (place?.kind === 'memory') nest.pushAfter(outer, storeCode(nest, place, offsetOf(index), local.get(result)));
      return result;
    });
  });
  if (plan.homes.get(id)?.kind === 'locals') scope.places.set(id, { kind: 'locals', locals });
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
  });
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
    for (const index of laneIndices(shape, layout, nest.point)) {
      const operand = element(nest, index);
      nest.push(nest.innermost, storeCode(nest, target, offset(index), codeOf(operand)));
    }
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
