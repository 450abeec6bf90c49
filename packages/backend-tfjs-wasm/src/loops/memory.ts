import { plus, type Affine } from '@nalu/core/graph';
import { joined, type Code } from '../assembler/encoding.ts';
import { f32x4, i32, i32x4, local, v128 } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { transposed } from '../vector/transpose.ts';
import { LANES, type Nest, type Operand } from './nest.ts';

/** Bytes of a number. */
export const BYTES = 4;

/** Row-major memory, from `base` numbers behind a pointer on. */
export interface MemoryPlace {
  readonly kind: 'memory';
  /** A local variable that holds an address. */
  readonly pointer: number;
  readonly base: Affine;
}

/** Code of an address, and what the instruction adds to it. */
interface Address {
  readonly code: Code;
  readonly offset: number;
}

const affineKey = ({ constant, terms }: Affine): string =>
  `${constant} ${terms.map(({ atom, factor }) => `${factor}*${atom.key}`).join('+')}`;

/** The address of an element (of lane 0): what varies is computed once per nest and depth. */
const addressOf = (nest: Nest, pointer: number, { constant, terms }: Affine): Address => {
  const own = local.get(pointer);
  const varying: Affine = { constant: 0, terms };
  const [held, offset] = constant < 0 ? [constant, 0] : [0, constant];
  if (terms.length === 0 && held === 0) return { code: own, offset: BYTES * offset };
  const key = `address ${pointer} ${affineKey({ constant: held, terms })}`;
  let operand = nest.known(key);
  if (operand === undefined) {
    const depth = nest.depthOf(varying);
    const index = nest.newLocal(types.i32);
    nest.push(depth, local.set(index, i32.add(own, i32.mul(nest.indexCode({ constant: held, terms }, 0), BYTES))));
    operand = nest.remember(key, { local: index, depth });
  }
  return { code: local.get(operand.local), offset: BYTES * offset };
};

/** The address of an element in one lane, where lanes are not evenly spaced. */
const addressInLane = (nest: Nest, pointer: number, index: Affine, lane: number): Code =>
  i32.add(local.get(pointer), i32.mul(nest.indexCode(index, lane), BYTES));

/** `lanes` neighbouring numbers; the other lanes are 0. */
export const loadNeighbours = ({ code, offset }: Address, lanes: number): Code => {
  if (lanes === LANES) return v128.load([code], offset);
  if (lanes === 1) return v128.load32Zero([code], offset);
  const two = v128.load64Zero([code], offset);
  return lanes === 2 ? two : v128.load32Lane([code, two], offset + 2 * BYTES, 2);
};

/** Stores the first lanes as neighbouring numbers. */
export const storeNeighbours = ({ code, offset }: Address, lanes: number, value: Code): Code => {
  if (lanes === LANES) return v128.store([code, value], offset);
  if (lanes === 1) return v128.store32Lane([code, value], offset, 0);
  const two = v128.store64Lane([code, value], offset, 0);
  return lanes === 2 ? two : two.concat(v128.store32Lane([code, value], offset + 2 * BYTES, 2));
};

/** The words of two vectors, one behind the other, that are the even and the odd ones of two others, and back. */
const PAIRS = { even: [0, 2, 4, 6], odd: [1, 3, 5, 7], low: [0, 4, 1, 5], high: [2, 6, 3, 7] } as const;

/** How many unrolled elements that lie side by side are loaded and stored as whole vectors. */
type Group = 2 | 4;

/** The vectors of all elements of a group, of which some are at an index: loaded as they lie, and sorted. */
const loadGroup = (nest: Nest, { pointer }: MemoryPlace, first: Affine, group: Group, depth: number): readonly Operand[] => {
  const address = addressOf(nest, pointer, first);
  const lying = Array.from({ length: group }, (_, i) =>
    local.get(nest.define(v128.load([address.code], address.offset + BYTES * LANES * i), depth).local),
  );
  const [a, b, c, d] = lying as [Code, Code, Code, Code];
  const sorted =
    group === 2 ? [v128.shuffle(a, b, PAIRS.even), v128.shuffle(a, b, PAIRS.odd)] : transposed(nest.at(depth), [a, b, c, d]);
  return sorted.map((code) => nest.define(code, depth));
};

/** One element of a group in the lanes; undefined where groups do not begin at multiples of their length. */
const loadFromGroup = (nest: Nest, place: MemoryPlace, offset: Affine, group: Group, depth: number): Operand | undefined => {
  if (offset.constant < 0 || offset.terms.some(({ factor }) => factor % group !== 0)) return undefined;
  const position = offset.constant % group;
  const first = plus(offset, { constant: -position, terms: [] });
  const keyAt = (i: number): string => `element ${i} of ${group} at ${place.pointer} ${affineKey(first)}`;
  const known = nest.known(keyAt(position));
  if (known !== undefined) return known;
  const operands = loadGroup(nest, place, first, group, depth);
  operands.forEach((operand, i) => nest.remember(keyAt(i), operand));
  return operands[position];
};

/** The vector of the elements at an index: one for all lanes outside the last loop. */
export const loadVector = (nest: Nest, place: MemoryPlace, index: Affine): Operand => {
  const offset = plus(place.base, index);
  const depth = nest.depthOf(offset);
  if (!nest.isVector(depth)) {
    const { code, offset: bytes } = addressOf(nest, place.pointer, offset);
    return nest.define(v128.load32Splat([code], bytes), depth);
  }
  const { lanes } = nest;
  const stride = nest.laneStride(offset);
  if (stride === 1) return nest.define(loadNeighbours(addressOf(nest, place.pointer, offset), lanes), depth);
  if ((stride === 2 || stride === 4) && lanes === LANES) {
    const operand = loadFromGroup(nest, place, offset, stride, depth);
    if (operand !== undefined) return operand;
  }
  if (stride !== undefined && stride >= 0) {
    const { code, offset: bytes } = addressOf(nest, place.pointer, offset);
    if (stride === 0) return nest.define(v128.load32Splat([code], bytes), depth);
    let vector = v128.load32Zero([code], bytes);
    for (let lane = 1; lane < lanes; lane++) vector = v128.load32Lane([code, vector], bytes + BYTES * stride * lane, lane);
    return nest.define(vector, depth);
  }
  let vector = v128.load32Zero([addressInLane(nest, place.pointer, offset, 0)], 0);
  for (let lane = 1; lane < lanes; lane++)
    vector = v128.load32Lane([addressInLane(nest, place.pointer, offset, lane), vector], 0, lane);
  return nest.define(vector, depth);
};

/** Code that stores a vector: all its lanes that count, or one of equal ones. */
export const storeCode = (nest: Nest, place: MemoryPlace, index: Affine, value: Code): Code => {
  const offset = plus(place.base, index);
  const stride = nest.laneStride(offset);
  const lanes = nest.isVector(nest.depthOf(offset)) && stride !== 0 ? nest.lanes : 1;
  if (stride === undefined || stride < 0) {
    return joined(
      Array.from({ length: lanes }, (_, lane) =>
        v128.store32Lane([addressInLane(nest, place.pointer, offset, lane), value], 0, lane),
      ),
    );
  }
  const address = addressOf(nest, place.pointer, offset);
  if (stride <= 1) return storeNeighbours(address, lanes, value);
  return joined(
    Array.from({ length: lanes }, (_, lane) =>
      v128.store32Lane([address.code, value], address.offset + BYTES * stride * lane, lane),
    ),
  );
};

/** Stores elements that were unrolled. Where they lie side by side, whole vectors are stored. */
export const pushStores = (nest: Nest, place: MemoryPlace, indices: readonly Affine[], values: readonly Code[]): void => {
  const depth = nest.innermost;
  const [first] = indices;
  const group = indices.length;
  const isGroup =
    (group === 2 || group === 4) &&
    nest.lanes === LANES &&
    nest.isVector(nest.depthOf(first!)) &&
    nest.laneStride(plus(place.base, first!)) === group &&
    indices.every((index, i) => affineKey(index) === affineKey(plus(first!, { constant: i, terms: [] })));
  if (!isGroup) {
    values.forEach((value, i) => nest.push(depth, storeCode(nest, place, indices[i]!, value)));
    return;
  }
  const address = addressOf(nest, place.pointer, plus(place.base, first!));
  const [a, b, c, d] = values as [Code, Code, Code, Code];
  const lying =
    group === 2 ? [v128.shuffle(a, b, PAIRS.low), v128.shuffle(a, b, PAIRS.high)] : transposed(nest.at(depth), [a, b, c, d]);
  lying.forEach((value, i) => nest.push(depth, v128.store([address.code, value], address.offset + BYTES * LANES * i)));
};

/** An index as numbers. */
export const indexVector = (nest: Nest, index: Affine): Operand => {
  const depth = nest.depthOf(index);
  const splat = i32x4.splat(nest.indexCode(index, 0));
  if (!nest.isVector(depth)) return nest.define(f32x4.convertI32x4S(splat), depth);
  const stride = nest.laneStride(index);
  if (stride !== undefined) {
    const ahead = nest.at(0).constant([0, stride, 2 * stride, 3 * stride]);
    return nest.define(f32x4.convertI32x4S(i32x4.add(splat, ahead)), depth);
  }
  const vector = Array.from({ length: nest.lanes - 1 }, (_, i) => i + 1).reduce(
    (code, lane) => i32x4.replaceLane(code, nest.indexCode(index, lane), lane),
    splat,
  );
  return nest.define(f32x4.convertI32x4S(vector), depth);
};
