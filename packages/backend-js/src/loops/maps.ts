import { axesOf, fixed, isFixed, variable, type Affine, type Index, type Node, type NodeOf, type OpName } from '@nalu/core/graph';
import { reducedIndices, sizesOf } from '@nalu/core/loops';
import { elementwise, isElementwise, type Emitter } from './elementwise.ts';
import { showAffine, type Nest, type Operand } from './nest.ts';
import { read, type Scope } from './values.ts';

/** Writes the code for one element of a node. */
type MapRule<K extends OpName> = (scope: Scope, nest: Nest, node: NodeOf<K>, index: Index) => Operand;

const deepest = (operands: readonly Operand[]): number => operands.reduce((depth, operand) => Math.max(depth, operand.depth), 0);

const shapeOf = (scope: Scope, node: { readonly inputs: readonly number[] }, i: number): readonly number[] =>
  scope.plan.graph.nodes[node.inputs[i]!]!.shape;

const rounded = (scope: Scope, nest: Nest, code: string, depth: number): Operand =>
  nest.define(scope.program.numbers.round(code), depth);

const elementwiseRule = (scope: Scope, nest: Nest, node: Node, index: Index): Operand => {
  const emitter = elementwise[node.op as keyof typeof elementwise] as unknown as Emitter<OpName>;
  const { numbers } = scope.program;
  const operands = node.inputs.map((input) => read(scope, nest, input, index));
  const depth = deepest(operands);
  const code = emitter.code(
    operands.map((operand) => operand.code),
    { attrs: node.attrs, precision: numbers.precision, number: numbers.literal, name: (text) => nest.define(text, depth).code },
  );
  return emitter.exact ? nest.define(code, depth) : rounded(scope, nest, code, depth);
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

/** How each reduction folds: its start and one step. The result of sum and prod must be rounded. */
export const folds: {
  readonly [K in 'sum' | 'prod' | 'reduceMin' | 'reduceMax']: {
    readonly start: string;
    readonly step: (total: string, x: string) => string;
    readonly exact: boolean;
  };
} = {
  sum: { start: '0', step: (total, x) => `${total} + ${x}`, exact: false },
  prod: { start: '1', step: (total, x) => `${total} * ${x}`, exact: false },
  reduceMin: { start: 'Infinity', step: (total, x) => `Math.min(${total}, ${x})`, exact: true },
  reduceMax: { start: '(-Infinity)', step: (total, x) => `Math.max(${total}, ${x})`, exact: true },
};

const foldRule: MapRule<'sum' | 'prod' | 'reduceMin' | 'reduceMax'> = (scope, nest, node, index) => {
  const { start, step, exact } = folds[node.op];
  const operands = elementsAlong(scope, nest, node, index, node.attrs.axes);
  const code = operands.reduce((total, { code: x }) => step(total, x), start);
  return exact ? nest.define(code, deepest(operands)) : rounded(scope, nest, code, deepest(operands));
};

/** Offset of an index that is worked out while the code runs: from a number, rounded down and clamped into the table. */
const tableIndex = (nest: Nest, value: Operand, rows: number): Affine => {
  const floor = nest.define(`Math.floor(${value.code})`, value.depth);
  const name = nest.defineIndex(
    `(${floor.code} >= ${rows} ? ${rows - 1} : ${floor.code} > 0 ? ${floor.code} : 0) | 0`,
    value.depth,
  );
  return variable(name, rows);
};

const rules: { readonly [K in OpName]?: MapRule<K> } = {
  sum: foldRule as MapRule<'sum'>,
  prod: foldRule as MapRule<'prod'>,
  reduceMin: foldRule as MapRule<'reduceMin'>,
  reduceMax: foldRule as MapRule<'reduceMax'>,
  argmax: (scope, nest, node, index) => {
    const [first, ...others] = elementsAlong(scope, nest, node, index, [node.attrs.axis]);
    let best: Operand = { code: '0', depth: first!.depth };
    let leader = first!;
    others.forEach((candidate, i) => {
      const depth = Math.max(leader.depth, candidate.depth);
      const [x, y] = [candidate.code, leader.code];
      const wins = nest.define(`${x} > ${y} || (${x} !== ${x} && ${y} === ${y})`, depth).code;
      best = nest.define(`${wins} ? ${i + 1} : ${best.code}`, depth);
      leader = nest.define(`${wins} ? ${x} : ${y}`, depth);
    });
    return best;
  },
  exclusiveProd: (scope, nest, node, index) => {
    const { axis } = node.attrs;
    const own = axesOf(index);
    const operands = Array.from({ length: node.shape[axis]! }, (_, i) =>
      read(scope, nest, node.inputs[0]!, {
        shape: index.shape,
        axes: own.map((affine, each) => (each === axis ? fixed(i) : affine)),
      }),
    );
    const position = own[axis]!.constant;
    const product = (factors: readonly Operand[]): string => factors.reduce((total, { code }) => `${total} * ${code}`, '1');
    return rounded(
      scope,
      nest,
      `(${product(operands.slice(0, position))}) * (${product(operands.slice(position + 1).reverse())})`,
      deepest(operands),
    );
  },
  matmul: (scope, nest, node, index) => {
    const { k } = sizesOf(scope.plan.graph, node);
    const own = axesOf(index);
    const batch = own.slice(0, -2);
    const [row, column] = [own.at(-2)!, own.at(-1)!];
    const { transposeA, transposeB } = node.attrs;
    const pairs = Array.from({ length: k }, (_, i): readonly [Operand, Operand] => [
      read(scope, nest, node.inputs[0]!, {
        shape: shapeOf(scope, node, 0),
        axes: [...batch, ...(transposeA ? [fixed(i), row] : [row, fixed(i)])],
      }),
      read(scope, nest, node.inputs[1]!, {
        shape: shapeOf(scope, node, 1),
        axes: [...batch, ...(transposeB ? [column, fixed(i)] : [fixed(i), column])],
      }),
    ]);
    const code = pairs.reduce((total, [a, b]) => `${total} + ${a.code} * ${b.code}`, '0');
    return rounded(scope, nest, code, deepest(pairs.flat()));
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
    return outside
      ? { code: scope.program.numbers.literal(value), depth: 0 }
      : read(scope, nest, node.inputs[0]!, { shape, axes });
  },
  oneHot: (scope, nest, node, index) => {
    const own = axesOf(index);
    const value = read(scope, nest, node.inputs[0]!, { shape: shapeOf(scope, node, 0), axes: own.slice(0, -1) });
    const position = own.at(-1)!;
    const depth = Math.max(value.depth, nest.depthOf(position));
    return nest.define(`${value.code} === (${showAffine(position)}) ? 1 : 0`, depth);
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
  if (isElementwise(node.op)) return elementwiseRule(scope, nest, node, index);
  const rule = rules[node.op] as MapRule<OpName> | undefined;
  if (rule === undefined) return read(scope, nest, id, index);
  return rule(scope, nest, node as unknown as NodeOf<OpName>, index);
};
