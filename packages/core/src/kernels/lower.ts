import type { Graph, Node, NodeOf } from '../graph/graph.ts';
import {
  axesOf,
  fixed,
  indexKey,
  isFixed,
  isView,
  offsetOf,
  plus,
  throughView,
  times,
  variable,
  variablesOf,
  type Affine,
  type Index,
} from '../graph/views.ts';
import type { OpName, ReductionAttrs } from '../ops/attrs.ts';
import { matmulSizes } from '../ops/contraction.ts';
import { ops } from '../ops/table.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import type { FoldOp, Operand, ScalarOp, Segment, Statement } from './ir.ts';

/** Folds of so few elements are written out. */
export const UNROLLED = 4;

/** Statements that run together: a segment's own, or those of one loop. */
interface Block {
  readonly statements: Statement[];
  readonly memo: Map<string, Operand>;
}

/** A value and the block, counted from the outside, from which on it is known. */
interface Placed {
  readonly operand: Operand;
  readonly depth: number;
}

/** What lowering needs to know of the plan. */
export interface LoweringContext {
  readonly graph: Graph;
  /** The memory that holds a node's value, if it has some: its id in the plan. */
  valueOf(node: number): number | undefined;
  /** Position of a value in the kernel's reads. */
  slot(value: number): number;
}

type Unnamed<S> = S extends { readonly name: string } ? Omit<S, 'name'> : never;

const literal = (operand: Operand): Placed => ({ operand, depth: 0 });
const deepest = (operands: readonly Placed[]): number => operands.reduce((depth, each) => Math.max(depth, each.depth), 0);

type Rule<K extends OpName> = (code: Code, node: NodeOf<K>, index: Index) => Placed;

/**
 * Writes the statements of one segment. A node's element at an index is computed once per block in which the index is known:
 * equal subexpressions are shared, and what does not change in a loop is computed before it.
 */
class Code {
  readonly context: LoweringContext;
  readonly root: Block = { statements: [], memo: new Map() };
  #stack: readonly Block[] = [this.root];
  readonly #depths = new Map<string, number>([['i', 0]]);
  #names = 0;

  constructor(context: LoweringContext) {
    this.context = context;
  }

  /** A new name. */
  name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  depthOf(at: Affine): number {
    return variablesOf(at).reduce((depth, name) => Math.max(depth, this.#depths.get(name)!), 0);
  }

  indexDepth(index: Index): number {
    return (index.axes ?? [index.offset!]).reduce((depth, at) => Math.max(depth, this.depthOf(at)), 0);
  }

  define(statement: Unnamed<Statement>, depth: number, prefix: string = 'v'): Placed {
    const name = this.name(prefix);
    this.#stack[depth]!.statements.push({ ...statement, name } as Statement);
    return { operand: name, depth };
  }

  apply(op: ScalarOp, args: readonly Placed[]): Placed {
    return this.define({ kind: 'apply', op, args: args.map(({ operand }) => operand) }, deepest(args));
  }

  /** Defines an index that is known from `depth` on. */
  defineIndex(statement: Unnamed<Statement>, depth: number, extent: number): Affine {
    const { operand } = this.define(statement, depth, 'n');
    this.#depths.set(operand as string, depth);
    return variable(operand as string, extent);
  }

  /** 1 where 0 ≤ at < length, else 0. */
  within(at: Affine, length: number): Placed {
    return this.define({ kind: 'within', at, length }, this.depthOf(at));
  }

  clamped(at: Affine, extent: number): Affine {
    return this.defineIndex({ kind: 'clampedIndex', at, extent }, this.depthOf(at), extent);
  }

  /** A loop in the block at `depth`: `body` gets the loop's variable and gives what is folded. */
  loop(
    kind: { readonly kind: 'fold'; readonly op: FoldOp } | { readonly kind: 'argmax' },
    length: number,
    depth: number,
    body: (at: Affine) => Placed,
  ): Placed {
    const name = this.name('k');
    const block: Block = { statements: [], memo: new Map() };
    const outer = this.#stack;
    this.#stack = [...outer.slice(0, depth + 1), block];
    this.#depths.set(name, depth + 1);
    const { operand } = body(variable(name, length));
    this.#stack = outer;
    return this.define({ ...kind, variable: name, length, body: block.statements, value: operand }, depth);
  }

  /** The element of a node at an index, remembered. `computed`: even if its value lies in memory. */
  element(id: number, index: Index, computed: boolean = false): Placed {
    const node = this.context.graph.nodes[id]!;
    const value = computed ? undefined : this.context.valueOf(id);
    if (value === undefined && isView(node)) {
      const [input] = node.inputs;
      return this.element(input!, throughView(node, index, this.context.graph.nodes[input!]!.shape));
    }
    const axes = axesOf(index);
    const key = `${id} ${value === undefined ? '=' : '@'} ${indexKey({ shape: index.shape, axes })}`;
    const known = this.#known(key);
    if (known !== undefined) return known;
    const placed =
      value === undefined
        ? (rules[node.op] as Rule<OpName>)(this, node as unknown as NodeOf<OpName>, { shape: index.shape, axes })
        : this.#read(value, index);
    this.#stack[placed.depth]!.memo.set(key, placed.operand);
    return placed;
  }

  #known(key: string): Placed | undefined {
    for (let depth = this.#stack.length - 1; depth >= 0; depth--) {
      const operand = this.#stack[depth]!.memo.get(key);
      if (operand !== undefined) return { operand, depth };
    }
    return undefined;
  }

  #read(value: number, index: Index): Placed {
    const at = offsetOf(index);
    return this.define({ kind: 'read', from: this.context.slot(value), at }, this.depthOf(at));
  }
}

const shapeOf = (code: Code, node: Node, input: number): Shape => code.context.graph.nodes[node.inputs[input]!]!.shape;

const sameIndex =
  (op: ScalarOp): Rule<OpName> =>
  (code, node, index) =>
    code.apply(
      op,
      node.inputs.map((input) => code.element(input, index)),
    );

/** `combine` over all elements: written out when they are few, otherwise a loop. */
const fold = (code: Code, op: FoldOp, length: number, depth: number, value: (at: Affine) => Placed): Placed => {
  if (length === 0) return literal(foldStart[op]);
  if (length > UNROLLED) return code.loop({ kind: 'fold', op }, length, depth, value);
  const values = Array.from({ length }, (_, i) => value(fixed(i)));
  return values.reduce((total, each) => code.apply(op, [total, each]));
};

/** What a fold of nothing is. */
export const foldStart: { readonly [K in FoldOp]: number } = { add: 0, mul: 1, min: Infinity, max: -Infinity };

/** A reduction over several axes is a fold over each, the first outermost: elements in row-major order. */
const reduction =
  (op: FoldOp): Rule<Exclude<keyof ReductionAttrs, 'argmax' | 'exclusiveProd'>> =>
  (code, node, index) => {
    const { axes } = node.attrs;
    const shape = shapeOf(code, node as Node, 0);
    const kept = axesOf(index);
    const depth = code.indexDepth(index);
    const inner = (position: readonly Affine[], reached: number): Placed => {
      if (position.length === axes.length) {
        let next = 0;
        const at = shape.map((_, axis) => (axes.includes(axis) ? position[axes.indexOf(axis)]! : kept[next++]!));
        return code.element(node.inputs[0]!, { shape, axes: at });
      }
      const length = shape[axes[position.length]!]!;
      return fold(code, op, length, reached, (at) => inner([...position, at], Math.max(reached, code.depthOf(at))));
    };
    return inner([], depth);
  };

const replaced = (axes: readonly Affine[], axis: number, at: Affine): readonly Affine[] =>
  axes.map((each, i) => (i === axis ? at : each));

const elementwiseOps = Object.keys(ops).filter(
  (op) => ['unary', 'binary', 'ternary'].includes(ops[op as OpName].kind) && op !== 'clamp' && op !== 'stopGradient',
) as ScalarOp[];

const noRule = (why: string) => (): never => {
  throw new Error(`No kernel computes this op: ${why}.`);
};

/** The element of each op at an index, from elements of its inputs. */
const rules: { readonly [K in OpName]: Rule<K> } = {
  ...(Object.fromEntries(elementwiseOps.map((op) => [op, sameIndex(op)])) as { readonly [K in ScalarOp]: Rule<K> }),
  clamp: (code, { inputs: [x], attrs: { min, max } }, index) =>
    code.apply('min', [code.apply('max', [code.element(x!, index), literal(min)]), literal(max)]),
  constant: (_, { attrs: { data } }, index) => {
    const at = data.length === 1 ? fixed(0) : offsetOf(index);
    if (!isFixed(at)) throw new Error('A constant of many numbers lies in memory.');
    return literal(data[at.constant]!);
  },
  iota: (code, { attrs: { axis } }, index) => {
    const at = axesOf(index)[axis]!;
    return isFixed(at) ? literal(at.constant) : code.define({ kind: 'number', at }, code.depthOf(at));
  },
  sum: reduction('add'),
  prod: reduction('mul'),
  reduceMin: reduction('min'),
  reduceMax: reduction('max'),
  argmax: (code, node, index) => {
    const { axis } = node.attrs;
    const shape = shapeOf(code, node as Node, 0);
    const kept = axesOf(index);
    return code.loop({ kind: 'argmax' }, shape[axis]!, code.indexDepth(index), (at) =>
      code.element(node.inputs[0]!, { shape, axes: [...kept.slice(0, axis), at, ...kept.slice(axis)] }),
    );
  },
  exclusiveProd: (code, node, index) => {
    const { axis } = node.attrs;
    const axes = axesOf(index);
    const own = axes[axis]!;
    return fold(code, 'mul', node.shape[axis]!, code.indexDepth(index), (at) => {
      const x = code.element(node.inputs[0]!, { shape: node.shape, axes: replaced(axes, axis, at) });
      return code.apply('where', [code.within(plus(own, times(at, -1)), 1), literal(1), x]);
    });
  },
  matmul: (code, node, index) => {
    const [a, b] = [shapeOf(code, node as Node, 0), shapeOf(code, node as Node, 1)];
    const { k } = matmulSizes(a, b, node.attrs);
    const axes = axesOf(index);
    const batch = axes.slice(0, -2);
    const [row, column] = [axes.at(-2)!, axes.at(-1)!];
    return fold(code, 'add', k, code.indexDepth(index), (at) =>
      code.apply('mul', [
        code.element(node.inputs[0]!, { shape: a, axes: [...batch, ...(node.attrs.transposeA ? [at, row] : [row, at])] }),
        code.element(node.inputs[1]!, { shape: b, axes: [...batch, ...(node.attrs.transposeB ? [column, at] : [at, column])] }),
      ]),
    );
  },
  concat: (code, node, index) => {
    const { axis } = node.attrs;
    const axes = axesOf(index);
    let start = 0;
    const parts = node.inputs.flatMap((input, i) => {
      const shape = shapeOf(code, node as Node, i);
      const length = shape[axis]!;
      start += length;
      return length === 0 ? [] : [{ input, shape, length, start: start - length }];
    });
    const at = axes[axis]!;
    const partAt = (part: (typeof parts)[number], own: Affine): Placed =>
      code.element(part.input, { shape: part.shape, axes: replaced(axes, axis, own) });
    const shifted = (part: (typeof parts)[number]): Affine => plus(at, fixed(-part.start));
    if (isFixed(at)) {
      const part = parts.find((each) => at.constant < each.start + each.length)!;
      return partAt(part, shifted(part));
    }
    return parts
      .map((part): readonly [Placed, Placed] => [
        code.within(shifted(part), part.length),
        partAt(part, code.clamped(shifted(part), part.length)),
      ])
      .reduceRight((rest: Placed, [mask, value]) => code.apply('where', [mask, value, rest]), literal(0));
  },
  pad: (code, node, index) => {
    const { before, value } = node.attrs;
    const shape = shapeOf(code, node as Node, 0);
    if (sizeOf(shape) === 0) return literal(value);
    const shifted = axesOf(index).map((at, axis) => plus(at, fixed(-before[axis]!)));
    const isPadded = (axis: number): boolean => node.shape[axis] !== shape[axis];
    const outside = shifted.some((at, axis) => isFixed(at) && (at.constant < 0 || at.constant >= shape[axis]!));
    if (outside) return literal(value);
    const checked = shape.map((_, axis) => axis).filter((axis) => isPadded(axis) && !isFixed(shifted[axis]!));
    const masks = checked.map((axis) => code.within(shifted[axis]!, shape[axis]!));
    const axes = shifted.map((at, axis) => (checked.includes(axis) ? code.clamped(at, shape[axis]!) : at));
    const x = code.element(node.inputs[0]!, { shape, axes });
    return masks.reduce((inside, mask) => code.apply('where', [mask, inside, literal(value)]), x);
  },
  gather: (code, node, index) => {
    const { batchDims } = node.attrs;
    const [table, indices] = [shapeOf(code, node as Node, 0), shapeOf(code, node as Node, 1)];
    const axes = axesOf(index);
    const { operand, depth } = code.element(node.inputs[1]!, { shape: indices, axes: axes.slice(0, indices.length) });
    const extent = table[batchDims]!;
    const row = code.defineIndex({ kind: 'tableIndex', value: operand, extent }, depth, extent);
    return code.element(node.inputs[0]!, {
      shape: table,
      axes: [...axes.slice(0, batchDims), row, ...axes.slice(indices.length)],
    });
  },
  oneHot: (code, node, index) => {
    const axes = axesOf(index);
    const at = axes.at(-1)!;
    const x = code.element(node.inputs[0]!, { shape: shapeOf(code, node as Node, 0), axes: axes.slice(0, -1) });
    const position = isFixed(at) ? literal(at.constant) : code.define({ kind: 'number', at }, code.depthOf(at));
    return code.apply('eq', [x, position]);
  },
  randomUniform: (code, node, index) => {
    const shape = shapeOf(code, node as Node, 0);
    const batch = shape.length - 1;
    const axes = axesOf(index);
    const key = Array.from({ length: shape[batch]! }, (_, i) =>
      code.element(node.inputs[0]!, { shape, axes: [...axes.slice(0, batch), fixed(i)] }),
    );
    const at = offsetOf({ shape: node.attrs.shape, axes: axes.slice(batch) });
    const depth = Math.max(deepest(key), code.depthOf(at));
    return code.define({ kind: 'random', key: key.map(({ operand }) => operand), at }, depth);
  },
  stopGradient: (code, { inputs: [x] }, index) => code.element(x!, index),
  reshape: noRule('views are read through'),
  transpose: noRule('views are read through'),
  broadcastTo: noRule('views are read through'),
  slice: noRule('views are read through'),
  input: noRule('inputs lie in memory'),
  scan: noRule('a scan is a step of its own'),
  pick: noRule('results of scans lie in memory'),
  call: noRule('calls are inlined before'),
};

/** One value that a segment writes: the elements of a node. */
export interface Target {
  readonly value: number;
  readonly node: number;
}

/** Lowers nodes of one size to one segment that computes their elements at i. */
export const lowerSegment = (context: LoweringContext, targets: readonly Target[]): Segment => {
  const code = new Code(context);
  const size = sizeOf(context.graph.nodes[targets[0]!.node]!.shape);
  const writes = targets.map(({ value, node }) => {
    const { shape } = context.graph.nodes[node]!;
    // A node whose own value is written is computed; any other node (a copy of an input, say) is read.
    const computed = context.valueOf(node) === value;
    return { value, from: code.element(node, { shape, offset: variable('i', size) }, computed).operand };
  });
  return { size, body: code.root.statements, writes };
};
