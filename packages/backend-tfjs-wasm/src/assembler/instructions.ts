import { joined, signed, unsigned, word, type Code } from './encoding.ts';

/**
 * WebAssembly's instructions as functions of the code of their operands. Names are those of the specification
 * (WebAssembly Core 2.0, and the relaxed SIMD proposal), without underscores.
 */
export type Instruction = (...operands: readonly Code[]) => Code;

/** An instruction that reads or writes memory at an address, the last operand but the value, plus an offset in bytes. */
export type Access = (operands: readonly Code[], offset: number, lane?: number) => Code;

type Instructions<T> = { readonly [K in keyof T]: Instruction };
type Accesses<T> = { readonly [K in keyof T]: Access };

const SIMD = 0xfd;

const mapTable = <T extends object, V>(opcodes: T, f: (opcode: number) => V): { readonly [K in keyof T]: V } =>
  Object.fromEntries(Object.entries(opcodes).map(([name, opcode]) => [name, f(opcode as number)])) as {
    readonly [K in keyof T]: V;
  };

// Engines join arrays much faster than arrays and numbers, and than they spread arrays into new ones.

const instruction =
  (opcode: Code): Instruction =>
  (...operands) =>
    joined([...operands, opcode]);

/** An opcode and the index or offset behind it. */
const withNumber = (opcode: number, value: number): Code => (value < 128 ? [opcode, value] : [opcode].concat(unsigned(value)));

const plainInstructions = <T extends object>(opcodes: T): Instructions<T> => mapTable(opcodes, (opcode) => instruction([opcode]));
const simdInstructions = <T extends object>(opcodes: T): Instructions<T> =>
  mapTable(opcodes, (opcode) => instruction([SIMD, ...unsigned(opcode)]));
/** Alignment is not promised. */
const simdAccesses = <T extends object>(opcodes: T): Accesses<T> =>
  mapTable(opcodes, (opcode): Access => {
    const start = [SIMD, ...unsigned(opcode), 0];
    return (operands, offset, lane) => joined(operands).concat(start, unsigned(offset), lane === undefined ? [] : [lane]);
  });

// Numbers ------------------------------------------------------------------------------------------------------------

const i32Opcodes = { eqz: 0x45, ltU: 0x49, sub: 0x6b, divU: 0x6e, remU: 0x70 } as const;

const constant = (value: number): Code => [0x41].concat(signed(value));

interface I32 extends Instructions<typeof i32Opcodes> {
  constant(value: number): Code;
  add(a: Code, b: number | Code): Code;
  mul(a: Code, by: number): Code;
  load(address: Code, offset: number): Code;
}

export const i32: I32 = {
  ...plainInstructions(i32Opcodes),
  constant,
  add: (a, b) => (b === 0 ? a : a.concat(typeof b === 'number' ? constant(b) : b, [0x6a])),
  mul: (a, by) => (by === 1 ? a : a.concat(constant(by), [0x6c])),
  load: (address, offset) => address.concat([0x28, 0], unsigned(offset)),
};

interface Variables {
  get(index: number): Code;
  set(index: number, value: Code): Code;
}

/** Local variables. */
export const local: Variables = {
  get: (index) => withNumber(0x20, index),
  set: (index, value) => value.concat(withNumber(0x21, index)),
};

/** Global variables. */
export const global: Pick<Variables, 'set'> = { set: (index, value) => value.concat(withNumber(0x24, index)) };

interface Control {
  /** Repeats `body` as long as `condition` holds, which is looked at after each time. */
  repeat(body: Code, condition: Code): Code;
  when(condition: Code, body: Code): Code;
  call(index: number, operands: readonly Code[]): Code;
}

const NO_RESULT = 0x40;
/** Ends a block, a function and an initial value. */
export const END = 0x0b;

export const control: Control = {
  repeat: (body, condition) => [0x03, NO_RESULT].concat(body, condition, [0x0d, 0, END]),
  when: (condition, body) => condition.concat([0x04, NO_RESULT], body, [END]),
  call: (index, operands) => joined(operands).concat(withNumber(0x10, index)),
};

interface Memory {
  fill(address: Code, byte: number, length: Code): Code;
  copy(to: Code, from: Code, length: Code): Code;
}

export const memory: Memory = {
  fill: (address, byte, length) => address.concat(constant(byte), length, [0xfc, 11, 0]),
  copy: (to, from, length) => to.concat(from, length, [0xfc, 10, 0, 0]),
};

// Vectors ------------------------------------------------------------------------------------------------------------

const v128Opcodes = { not: 77, and: 78, andnot: 79, or: 80, xor: 81, bitselect: 82 } as const;
const v128Accesses = {
  load: 0,
  load32Splat: 9,
  store: 11,
  load32Lane: 86,
  store32Lane: 90,
  store64Lane: 91,
  load32Zero: 92,
  load64Zero: 93,
} as const;

/** The four 32-bit words of a vector. */
export type Words = readonly [number, number, number, number];

interface V128 extends Instructions<typeof v128Opcodes>, Accesses<typeof v128Accesses> {
  constant(words: Words): Code;
  /** Bits of a where the mask's are 1, of b elsewhere. */
  select(mask: Code, a: Code, b: Code): Code;
  /** Words of the result: 0 to 3 are those of a, 4 to 7 those of b. */
  shuffle(a: Code, b: Code, words: readonly number[]): Code;
}

const plainV128 = simdInstructions(v128Opcodes);

export const v128: V128 = {
  ...plainV128,
  ...simdAccesses(v128Accesses),
  constant: (words) => [SIMD, 12].concat(...words.map(word)),
  select: (mask, a, b) => plainV128.bitselect(a, b, mask),
  shuffle: (a, b, words) => a.concat(b, [SIMD, 13], ...words.map((each) => [4 * each, 4 * each + 1, 4 * each + 2, 4 * each + 3])),
};

const i32x4Opcodes = { splat: 17, ltS: 57, add: 174, sub: 177, minS: 182, maxS: 184, truncSatF32x4S: 248 } as const;
const i32x4Shifts = { shl: 171, shrS: 172, shrU: 173 } as const;

type Shift = (a: Code, by: number) => Code;

interface I32x4 extends Instructions<typeof i32x4Opcodes> {
  readonly shl: Shift;
  readonly shrS: Shift;
  readonly shrU: Shift;
  extractLane(a: Code, lane: number): Code;
  replaceLane(a: Code, value: Code, lane: number): Code;
}

export const i32x4: I32x4 = {
  ...simdInstructions(i32x4Opcodes),
  ...mapTable(i32x4Shifts, (opcode): Shift => {
    const own = [SIMD, ...unsigned(opcode)];
    return (a, by) => a.concat(constant(by), own);
  }),
  extractLane: (a, lane) => a.concat([SIMD, 27, lane]),
  replaceLane: (a, value, lane) => a.concat(value, [SIMD, 28, lane]),
};

const f32x4Opcodes = {
  eq: 65,
  ne: 66,
  lt: 67,
  gt: 68,
  le: 69,
  floor: 104,
  nearest: 106,
  abs: 224,
  neg: 225,
  sqrt: 227,
  add: 228,
  sub: 229,
  mul: 230,
  div: 231,
  /** NaN if either is NaN; −0 is less than 0. */
  min: 232,
  max: 233,
  /** b < a ? b : a, and a < b ? b : a. */
  pmin: 234,
  pmax: 235,
  convertI32x4S: 250,
  /** a·b + c, and c − a·b, rounded once or twice. */
  relaxedMadd: 0x105,
  relaxedNmadd: 0x106,
} as const;

export const f32x4: Instructions<typeof f32x4Opcodes> = simdInstructions(f32x4Opcodes);
