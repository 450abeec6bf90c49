import {
  fixed,
  offsetOf,
  plus,
  sizeOf,
  times,
  type Affine,
  type Index,
  type Node,
  type NodeOf,
  type OpName,
} from '@nalu/core/graph';
import { insertAxes } from '@nalu/core/loops';
import { joined, type Code } from '../assembler/encoding.ts';
import { f32x4, local, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { number } from '../vector/lanes.ts';
import { winsOver } from './maps.ts';
import { indexVector, loadVector, storeCode, type MemoryPlace } from './memory.ts';
import { Nest } from './nest.ts';
import { writeRandom } from './random.ts';
import { writeElements, writeFill } from './region.ts';
import { writeTranspose } from './transpose.ts';
import { codeOf, read, type Scope } from './values.ts';

type AloneRule<K extends OpName> = (scope: Scope, node: NodeOf<K>, place: MemoryPlace) => Code;

const shapeOf = (scope: Scope, node: { readonly inputs: readonly number[] }, i: number): readonly number[] =>
  scope.plan.graph.nodes[node.inputs[i]!]!.shape;

/** The offset of an element, at an index that is shifted from the index of a part. */
const shifted =
  (shape: readonly number[], shift: readonly number[]) =>
  (index: Index): Affine =>
    offsetOf({ shape, axes: index.axes!.map((affine, axis) => plus(affine, fixed(shift[axis]!))) });

/** A nest over all axes but one; `write` gets the position on the others. */
const overOthers = (
  scope: Scope,
  shape: readonly number[],
  axis: number,
  write: (nest: Nest, kept: readonly Affine[]) => void,
): Code => {
  const loops = shape.map((_, each) => each).filter((each) => each !== axis && shape[each] !== 1);
  const nest = new Nest(
    loops.map((each) => shape[each]!),
    scope.program,
  );
  const kept = shape.flatMap((_, each) => {
    if (each === axis) return [];
    return loops.includes(each) ? [nest.point[loops.indexOf(each)]!] : [fixed(0)];
  });
  nest.variants(() => write(nest, kept));
  return nest.lines();
};

const rules: { readonly [K in OpName]?: AloneRule<K> } = {
  randomUniform: writeRandom,
  transpose: writeTranspose,
  concat: (scope, node, place) => {
    const { axis } = node.attrs;
    let start = 0;
    const parts = node.inputs.map((input, part) => {
      const shift = node.shape.map((_, each) => (each === axis ? start : 0));
      start += shapeOf(scope, node, part)[axis]!;
      return writeElements(scope, input, place, shifted(node.shape, shift));
    });
    return joined(parts);
  },
  pad: (scope, node, place) => {
    const { before, value } = node.attrs;
    const nest = new Nest([], scope.program);
    const pointer = nest.pointerTo(place, fixed(0), 0);
    const fill = writeFill(scope.program, pointer, sizeOf(node.shape), value);
    return nest.lines().concat(fill, writeElements(scope, node.inputs[0]!, place, shifted(node.shape, before)));
  },
  argmax: (scope, node, place) => {
    const { axis } = node.attrs;
    const shape = shapeOf(scope, node, 0);
    return overOthers(scope, shape, axis, (nest, kept) => {
      const [best, leader] = [nest.newLocal(types.v128), nest.newLocal(types.v128)];
      const set = (target: number, code: Code, depth: number): void => nest.push(depth, local.set(target, code));
      const zero = number(nest.at(0), 0);
      set(best, zero, nest.innermost);
      set(leader, codeOf(read(scope, nest, node.inputs[0]!, insertAxes(shape, kept, [axis], [fixed(0)]))), nest.innermost);
      nest.sequence(shape[axis]!, (at) => {
        const depth = nest.innermost + 1;
        const x = codeOf(read(scope, nest, node.inputs[0]!, insertAxes(shape, kept, [axis], [at])));
        const wins = nest.at(depth).define(winsOver(x, local.get(leader)));
        set(best, v128.select(wins, codeOf(indexVector(nest, at)), local.get(best)), depth);
        set(leader, v128.select(wins, x, local.get(leader)), depth);
      });
      nest.push(nest.innermost, storeCode(nest, place, offsetOf({ shape: node.shape, axes: kept }), local.get(best)));
    });
  },
  exclusiveProd: (scope, node, place) => {
    const { shape } = node;
    const { axis } = node.attrs;
    const length = shape[axis]!;
    return overOthers(scope, shape, axis, (nest, kept) => {
      const product = nest.newLocal(types.v128);
      const start = (): void => nest.push(nest.innermost, local.set(product, number(nest.at(0), 1)));
      const step = (at: Affine, result: (offset: Affine) => Code): void => {
        const depth = nest.innermost + 1;
        const index = insertAxes(shape, kept, [axis], [at]);
        const x = codeOf(read(scope, nest, node.inputs[0]!, index));
        const offset = offsetOf(index);
        nest.push(depth, storeCode(nest, place, offset, result(offset)));
        nest.push(depth, local.set(product, f32x4.mul(local.get(product), x)));
      };
      start();
      nest.sequence(length, (at) => step(at, () => local.get(product)));
      start();
      nest.sequence(length, (at) =>
        step(plus(fixed(length - 1), times(at, -1)), (offset) =>
          f32x4.mul(codeOf(loadVector(nest, place, offset)), local.get(product)),
        ),
      );
    });
  },
};

/** Writes a node that is a step of its own. */
export const writeAlone = (scope: Scope, node: Node, place: MemoryPlace): Code => {
  const rule = rules[node.op] as AloneRule<OpName> | undefined;
  if (rule === undefined) throw new Error(`The code generator has no rule for ${node.op}.`);
  return rule(scope, node as unknown as NodeOf<OpName>, place);
};
