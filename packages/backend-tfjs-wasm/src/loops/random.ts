import { foldKey } from '@nalu/core/backend';
import { axesOf, fixed, sizeOf, times, type Affine, type Graph, type NodeOf } from '@nalu/core/graph';
import { joined, type Code } from '../assembler/encoding.ts';
import { i32, i32x4, local, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { integer, number } from '../vector/lanes.ts';
import { PARITY, threefry, uniform } from '../vector/threefry.ts';
import { writeLoop } from './counter.ts';
import { BYTES, storeNeighbours, type MemoryPlace } from './memory.ts';
import { LANES, Nest } from './nest.ts';
import { codeOf, read, type Scope } from './values.ts';

/** The components at the beginning of a key that are known when code is written. */
const constantComponents = (graph: Graph, key: number): readonly number[] => {
  const node = graph.nodes[key]!;
  if (node.op === 'reshape') return constantComponents(graph, node.inputs[0]!);
  if (node.op === 'constant') return sizeOf(node.shape) === node.attrs.data.length ? node.attrs.data : [];
  if (node.op !== 'concat') return [];
  const known: number[] = [];
  for (const part of node.inputs) {
    const components = constantComponents(graph, part);
    known.push(...components);
    if (components.length < sizeOf(graph.nodes[part]!.shape)) break;
  }
  return known;
};

/** Numbers that four blocks of the generator give. */
const BLOCKS = 2 * LANES;

/**
 * Uniform numbers: the key is folded once per batch element, then eight numbers are drawn at a time. Block i of the generator
 * gives numbers 2i and 2i + 1.
 */
export const writeRandom = (scope: Scope, node: NodeOf<'randomUniform'>, place: MemoryPlace): Code => {
  const { program, plan } = scope;
  const { module, writer } = program;
  const [key] = node.inputs as readonly [number];
  const { shape } = plan.graph.nodes[key]!;
  const batch = shape.slice(0, -1);
  const components = shape.at(-1)!;
  const count = sizeOf(node.attrs.shape);
  const known = batch.length === 0 ? constantComponents(plan.graph, key) : [];
  const newVector = (): number => writer.local(types.v128);
  const [key0, key1, key2] = [newVector(), newVector(), newVector()] as const;
  const keys = [key0, key1, key2].map(local.get);
  const deriveKey2 = local.set(key2, v128.xor(v128.xor(keys[0]!, keys[1]!), integer(writer, PARITY)));

  const fold = (position: readonly Affine[], at: Affine): Code => {
    const nest = new Nest([], program);
    const component = i32x4.truncSatF32x4S(codeOf(read(scope, nest, key, { shape, axes: [...position, at] })));
    const words = threefry(module, [component, ...keys]);
    return nest.lines().concat(words, popTo(key1), popTo(key0), deriveKey2);
  };
  const foldAll = (position: readonly Affine[]): Code => {
    const start = foldKey(known).map((each) => integer(writer, each));
    const begin = local.set(key0, start[0]!).concat(local.set(key1, start[1]!), deriveKey2);
    const rest =
      components <= program.settings.small
        ? joined(Array.from({ length: components - known.length }, (_, i) => fold(position, fixed(known.length + i))))
        : writeLoop(program, components, (at) => fold(position, at));
    return begin.concat(rest);
  };

  const draw = (first: Affine): Code => {
    const [counter, word0, word1] = [newVector(), newVector(), newVector()] as const;
    const nest = new Nest([], program);
    const out = nest.pointerTo(place, first, 0);
    const scale = number(nest.at(0), 2 ** -24);
    const numbers = (words: readonly number[]): Code => uniform(scale, v128.shuffle(local.get(word0), local.get(word1), words));
    const blocks = (lanes: readonly [number, number]): Code =>
      threefry(module, [local.get(counter), ...keys]).concat(
        popTo(word1),
        popTo(word0),
        ...[numbers([0, 4, 1, 5]), numbers([2, 6, 3, 7])].map((each, half) =>
          lanes[half] === 0 ? [] : storeNeighbours({ code: local.get(out), offset: half * LANES * BYTES }, lanes[half]!, each),
        ),
      );
    const whole = Math.floor(count / BLOCKS);
    const rest = count % BLOCKS;
    const step = local
      .set(counter, i32x4.add(local.get(counter), integer(writer, LANES)))
      .concat(local.set(out, i32.add(local.get(out), BLOCKS * BYTES)));
    return nest.lines().concat(
      local.set(counter, writer.constant([0, 1, 2, 3])),
      writeLoop(program, whole, () => blocks([LANES, LANES]).concat(step)),
      rest === 0 ? [] : blocks([Math.min(rest, LANES), Math.max(0, rest - LANES)]),
    );
  };

  if (count === 0) return [];
  return writeLoop(program, sizeOf(batch), (element) => {
    const position = axesOf({ shape: batch, offset: element });
    return foldAll(position).concat(draw(times(element, count)));
  });
};

/** Takes a value from the stack into a variable. */
const popTo = (index: number): Code => local.set(index, []);
