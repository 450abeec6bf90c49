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
import { tiled } from './tiles.ts';
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

/** The position on all axes but one: in a loop, or 0. */
const keptAxes = (
  shape: readonly number[],
  axis: number,
  loops: readonly number[],
  point: readonly Affine[],
): readonly Affine[] =>
  shape.flatMap((_, each) => {
    if (each === axis) return [];
    return [loops.includes(each) ? point[loops.indexOf(each)]! : fixed(0)];
  });

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
  nest.variants(() => write(nest, keptAxes(shape, axis, loops, nest.point)));
  return nest.lines();
};

/**
 * So many chains of products run side by side, because each waits for its last multiplication. A training step of the gated
 * NAU/NMU, 100→2→1 with 128 rows: 42 µs with 1, 33 with 2, 32 with 4, 37 with 8.
 */
const CHAINS = 4;

/** As `overOthers`, with several positions at once: neighbouring ones of the first loop, or else vectors side by side. */
const overOthersTogether = (
  scope: Scope,
  shape: readonly number[],
  axis: number,
  write: (nest: Nest, kept: readonly (readonly Affine[])[]) => void,
): Code => {
  const loops = shape.map((_, each) => each).filter((each) => each !== axis && shape[each] !== 1);
  const lengths = loops.map((each) => shape[each]!);
  if (loops.length < 2) {
    const nest = new Nest(lengths, scope.program);
    nest.variants(
      () =>
        write(
          nest,
          nest.points.map((point) => keptAxes(shape, axis, loops, point)),
        ),
      CHAINS,
    );
    return nest.lines();
  }
  return tiled(scope, lengths[0]!, CHAINS, (first, count) => {
    const nest = new Nest(lengths.slice(1), scope.program);
    nest.variants(() =>
      write(
        nest,
        Array.from({ length: count }, (_, i) => keptAxes(shape, axis, loops, [plus(first, fixed(i)), ...nest.point])),
      ),
    );
    return nest.lines();
  });
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
    return overOthersTogether(scope, shape, axis, (nest, chains) => {
      const products = chains.map(() => nest.newLocal(types.v128));
      const depth = nest.innermost + 1;
      const pass = (position: (at: Affine) => Affine, result: (product: Code, offset: Affine) => Code): void => {
        for (const product of products) nest.push(nest.innermost, local.set(product, number(nest.at(0), 1)));
        nest.sequence(length, (at) => {
          const indices = chains.map((kept) => insertAxes(shape, kept, [axis], [position(at)]));
          const elements = indices.map((index) => codeOf(read(scope, nest, node.inputs[0]!, index)));
          products.forEach((product, i) => {
            const offset = offsetOf(indices[i]!);
            nest.push(depth, storeCode(nest, place, offset, result(local.get(product), offset)));
            nest.push(depth, local.set(product, f32x4.mul(local.get(product), elements[i]!)));
          });
        });
      };
      pass(
        (at) => at,
        (product) => product,
      );
      pass(
        (at) => plus(fixed(length - 1), times(at, -1)),
        (product, offset) => f32x4.mul(codeOf(loadVector(nest, place, offset)), product),
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
