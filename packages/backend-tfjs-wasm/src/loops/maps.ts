import {
  axesOf,
  fixed,
  isFixed,
  isView,
  throughView,
  type Affine,
  type Index,
  type Node,
  type NodeOf,
  type OpName,
} from '@nalu/core/graph';
import { reducedIndices, sizesOf } from '@nalu/core/loops';
import type { Code } from '../assembler/encoding.ts';
import { f32x4, i32x4, local, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { elementwise, isElementwise } from '../vector/elementwise.ts';
import { integer, multiplyAdd, zeroOrOne, type VectorCode } from '../vector/lanes.ts';
import { folds, type FoldOp } from './folds.ts';
import { indexVector } from './memory.ts';
import { LANES, type Nest, type Operand } from './nest.ts';
import { codeOf, leaf, literal, read, type Scope } from './values.ts';

/** Writes the code for one element of a node. */
type MapRule<K extends OpName> = (scope: Scope, nest: Nest, node: NodeOf<K>, index: Index) => Operand;

const deepest = (operands: readonly Operand[]): number => operands.reduce((depth, operand) => Math.max(depth, operand.depth), 0);

const shapeOf = (scope: Scope, node: { readonly inputs: readonly number[] }, i: number): readonly number[] =>
  scope.plan.graph.nodes[node.inputs[i]!]!.shape;

/** Defines what `write` makes of operands, where all of them are known. */
const apply = (nest: Nest, operands: readonly Operand[], write: (code: VectorCode, args: readonly Code[]) => Code): Operand => {
  const depth = deepest(operands);
  return nest.define(write(nest.at(depth), operands.map(codeOf)), depth);
};

const elementwiseRule = (scope: Scope, nest: Nest, node: Node, index: Index): Operand => {
  const rule = elementwise[node.op as keyof typeof elementwise] as unknown as (
    code: VectorCode,
    args: readonly Code[],
    attrs: Node['attrs'],
  ) => Code;
  const operands = node.inputs.map((input) => read(scope, nest, input, index));
  return apply(nest, operands, (code, args) => rule(code, args, node.attrs));
};

const elementsAlong = (
  scope: Scope,
  nest: Nest,
  node: { readonly inputs: readonly number[] },
  index: Index,
  axes: readonly number[],
): readonly Operand[] => {
  const elements = reducedIndices(shapeOf(scope, node, 0), index, axes);
  return elements.map((element) => read(scope, nest, node.inputs[0]!, element));
};

const foldOf = (nest: Nest, op: FoldOp, operands: readonly Operand[]): Operand => {
  const { start, combine } = folds[op];
  const [first, ...others] = operands;
  if (first === undefined) return literal(nest, start);
  return others.reduce((total, x) => apply(nest, [total, x], (_, [a, b]) => combine(a!, b!)), first);
};

const foldRule: MapRule<FoldOp> = (scope, nest, node, index) =>
  foldOf(nest, node.op, elementsAlong(scope, nest, node, index, node.attrs.axes));

/** x is NaN and y is not, or x is larger. */
export const winsOver = (x: Code, y: Code): Code => v128.or(f32x4.gt(x, y), v128.andnot(f32x4.ne(x, x), f32x4.ne(y, y)));

/** The row that a number names, as an index: rounded down and clamped into the table; NaN counts as 0. */
const tableIndex = (nest: Nest, value: Operand, rows: number): Affine => {
  const { depth } = value;
  const code = nest.at(depth);
  const floor = i32x4.truncSatF32x4S(f32x4.floor(codeOf(value)));
  const [first, last] = [0, rows - 1].map((row) => integer(code, row)) as [Code, Code];
  const clamped = code.define(i32x4.minS(i32x4.maxS(floor, first), last));
  const locals = Array.from({ length: nest.isVector(depth) ? LANES : 1 }, (_, lane) => {
    const index = nest.newLocal(types.i32);
    nest.push(depth, local.set(index, i32x4.extractLane(clamped, lane)));
    return index;
  });
  return nest.indexVariable(depth, rows, locals);
};

const rules: { readonly [K in OpName]?: MapRule<K> } = {
  sum: foldRule as MapRule<'sum'>,
  prod: foldRule as MapRule<'prod'>,
  reduceMin: foldRule as MapRule<'reduceMin'>,
  reduceMax: foldRule as MapRule<'reduceMax'>,
  argmax: (scope, nest, node, index) => {
    const [first, ...others] = elementsAlong(scope, nest, node, index, [node.attrs.axis]);
    let best = literal(nest, 0);
    let leader = first!;
    others.forEach((candidate, i) => {
      const wins = apply(nest, [candidate, leader], (_, [x, y]) => winsOver(x!, y!));
      const position = literal(nest, i + 1);
      best = apply(nest, [wins, position, best], (_, [mask, a, b]) => v128.select(mask!, a!, b!));
      leader = apply(nest, [wins, candidate, leader], (_, [mask, a, b]) => v128.select(mask!, a!, b!));
    });
    return best;
  },
  exclusiveProd: (scope, nest, node, index) => {
    const { axis } = node.attrs;
    const own = axesOf(index);
    const position = own[axis]!.constant;
    const factors = Array.from({ length: node.shape[axis]! }, (_, i) =>
      read(scope, nest, node.inputs[0]!, {
        shape: index.shape,
        axes: own.map((affine, each) => (each === axis ? fixed(i) : affine)),
      }),
    );
    return foldOf(
      nest,
      'prod',
      factors.filter((_, i) => i !== position),
    );
  },
  matmul: (scope, nest, node, index) => {
    const { k } = sizesOf(scope.plan.graph, node);
    const own = axesOf(index);
    const batch = own.slice(0, -2);
    const [row, column] = [own.at(-2)!, own.at(-1)!];
    const { transposeA, transposeB } = node.attrs;
    let total: Operand | undefined;
    for (let i = 0; i < k; i++) {
      const inner = fixed(i);
      const a = read(scope, nest, node.inputs[0]!, {
        shape: shapeOf(scope, node, 0),
        axes: [...batch, ...(transposeA ? [inner, row] : [row, inner])],
      });
      const b = read(scope, nest, node.inputs[1]!, {
        shape: shapeOf(scope, node, 1),
        axes: [...batch, ...(transposeB ? [column, inner] : [inner, column])],
      });
      total =
        total === undefined
          ? apply(nest, [a, b], (_, [x, y]) => f32x4.mul(x!, y!))
          : apply(nest, [a, b, total], (code, [x, y, sum]) => multiplyAdd(code, x!, y!, sum!));
    }
    return total ?? literal(nest, 0);
  },
  concat: (scope, nest, node, index) => {
    const { axis } = node.attrs;
    const own = axesOf(index);
    let position = own[axis]!.constant;
    let part = 0;
    while (position >= shapeOf(scope, node, part)[axis]!) position -= shapeOf(scope, node, part++)[axis]!;
    return read(scope, nest, node.inputs[part]!, {
      shape: shapeOf(scope, node, part),
      axes: own.map((affine, each) => (each === axis ? fixed(position) : affine)),
    });
  },
  pad: (scope, nest, node, index) => {
    const { before, value } = node.attrs;
    const shape = shapeOf(scope, node, 0);
    const axes = axesOf(index).map((affine, axis) => (isFixed(affine) ? fixed(affine.constant - before[axis]!) : affine));
    const outside = axes.some((affine, axis) => isFixed(affine) && (affine.constant < 0 || affine.constant >= shape[axis]!));
    return outside ? literal(nest, value) : read(scope, nest, node.inputs[0]!, { shape, axes });
  },
  oneHot: (scope, nest, node, index) => {
    const own = axesOf(index);
    const value = read(scope, nest, node.inputs[0]!, { shape: shapeOf(scope, node, 0), axes: own.slice(0, -1) });
    return apply(nest, [value, indexVector(nest, own.at(-1)!)], (code, [x, position]) =>
      zeroOrOne(code, f32x4.eq(x!, position!)),
    );
  },
  gather: (scope, nest, node, index) => {
    const { batchDims } = node.attrs;
    const table = shapeOf(scope, node, 0);
    const indices = shapeOf(scope, node, 1);
    const own = axesOf(index);
    const value = read(scope, nest, node.inputs[1]!, { shape: indices, axes: own.slice(0, indices.length) });
    const row = tableIndex(nest, value, table[batchDims]!);
    return read(scope, nest, node.inputs[0]!, {
      shape: table,
      axes: [...own.slice(0, batchDims), row, ...own.slice(indices.length)],
    });
  },
};

/** The element of a node at an index: the code that computes it from elements of its inputs. */
export const compute = (scope: Scope, nest: Nest, id: number, index: Index): Operand => {
  const node = scope.plan.graph.nodes[id]!;
  if (scope.plan.copied.has(id) && isView(node)) {
    const [input] = node.inputs;
    return read(scope, nest, input!, throughView(node, index, scope.plan.graph.nodes[input!]!.shape));
  }
  if (isElementwise(node.op)) return elementwiseRule(scope, nest, node, index);
  const rule = rules[node.op] as MapRule<OpName> | undefined;
  if (rule === undefined) return leaf(scope, nest, id, index) ?? read(scope, nest, id, index);
  return rule(scope, nest, node as unknown as NodeOf<OpName>, index);
};
