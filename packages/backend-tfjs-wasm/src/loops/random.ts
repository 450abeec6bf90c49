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

/** Vectors of counters that are encrypted side by side. */
const SIDE_BY_SIDE = 4;

/**
 * Uniform numbers: the key is folded once per batch element, then 32 numbers are drawn at a time. Block i of the generator
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
    const words = threefry(module, [component], keys);
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
    const counters = Array.from({ length: SIDE_BY_SIDE }, newVector);
    const words = Array.from({ length: 2 * SIDE_BY_SIDE }, newVector);
    const nest = new Nest([], program);
    const out = nest.pointerTo(place, first, 0);
    const scale = number(nest.at(0), 2 ** -24);
    /** Draws from counters and stores the first `numbers` of what they give. */
    const blocks = (numbers: number): Code => {
      const used = counters.slice(0, Math.ceil(numbers / BLOCKS));
      const drawn = threefry(module, used.map(local.get), keys);
      const taken = words
        .slice(0, 2 * used.length)
        .reverse()
        .map(popTo);
      const stored = Array.from({ length: Math.ceil(numbers / LANES) }, (_, i) => {
        const [word0, word1] = words.slice(2 * (i >> 1)).map(local.get) as [Code, Code];
        const value = uniform(scale, v128.shuffle(word0, word1, i % 2 === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7]));
        const lanes = Math.min(LANES, numbers - i * LANES);
        return storeNeighbours({ code: local.get(out), offset: i * LANES * BYTES }, lanes, value);
      });
      return joined([drawn, ...taken, ...stored]);
    };
    const all = SIDE_BY_SIDE * BLOCKS;
    const ahead = integer(writer, SIDE_BY_SIDE * LANES);
    const step = joined([
      ...counters.map((counter) => local.set(counter, i32x4.add(local.get(counter), ahead))),
      local.set(out, i32.add(local.get(out), all * BYTES)),
    ]);
    return joined([
      nest.lines(),
      ...counters.map((counter, i) => local.set(counter, writer.constant([4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3]))),
      writeLoop(program, Math.floor(count / all), () => blocks(all).concat(step)),
      count % all === 0 ? [] : blocks(count % all),
    ]);
  };

  if (count === 0) return [];
  return writeLoop(program, sizeOf(batch), (element) => {
    const position = axesOf({ shape: batch, offset: element });
    return foldAll(position).concat(draw(times(element, count)));
  });
};

/** Takes a value from the stack into a variable. */
const popTo = (index: number): Code => local.set(index, []);
