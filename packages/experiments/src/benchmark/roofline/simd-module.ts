/** The few instructions of WebAssembly that the kernels below need, as bytes (WebAssembly 2.0, section 5.4). */
const unsigned = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]);

const signed = (value: number): number[] => {
  const low = value & 127;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
  return isLast ? [low] : [low | 128, ...signed(rest)];
};

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const tee = (local: number): number[] => [0x22, ...unsigned(local)];
const i32 = (value: number): number[] => [0x41, ...signed(value)];
const f32 = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const I32_ADD = [0x6a];
const I32_SUB = [0x6b];
const SPLAT = simd(0x13);
const FIRST_LANE = [...simd(0x1f), 0];
const ADD = simd(0xe4);
const MULTIPLY = simd(0xe6);
/** a · b + c in one rounding or two, whichever is faster. */
const RELAXED_MULTIPLY_ADD = simd(0x105);
const load = (offset: number): number[] => [...simd(0x00), 4, ...unsigned(offset)];
const store = (offset: number): number[] => [...simd(0x0b), 4, ...unsigned(offset)];

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const text = (value: string): number[] => [...unsigned(value.length), ...new TextEncoder().encode(value)];

/** Repeats `body`, then counts local 0 down by `by`, until it is 0. */
const repeat = (body: readonly number[], by: number): number[] => [
  ...[0x03, 0x40],
  ...body,
  ...get(0),
  ...i32(by),
  ...I32_SUB,
  ...tee(0),
  ...[0x0d, 0],
  0x0b,
];

/** Chains that do not wait for one another: enough for two units with a latency of four or five. */
export const CHAINS = 10;

/** `(rounds) → f32`: every round is a multiplication and an addition in each lane of every chain. */
const multiplyAdd = (relaxed: boolean): number[] => {
  const [factor, term, first] = [1, 2, 3];
  const chains = Array.from({ length: CHAINS }, (_, i) => first + i);
  const step = (chain: number): number[] =>
    relaxed
      ? [...get(chain), ...get(factor), ...get(term), ...RELAXED_MULTIPLY_ADD, ...set(chain)]
      : [...get(chain), ...get(factor), ...MULTIPLY, ...get(term), ...ADD, ...set(chain)];
  return [
    ...vector([[...unsigned(2 + CHAINS), V128]]),
    ...[...f32(0.5), ...SPLAT, ...set(factor), ...f32(1), ...SPLAT, ...set(term)],
    ...chains.flatMap((chain) => [...f32(chain), ...SPLAT, ...set(chain)]),
    ...repeat(chains.flatMap(step), 1),
    ...get(first),
    ...chains.slice(1).flatMap((chain) => [...get(chain), ...ADD]),
    ...FIRST_LANE,
    0x0b,
  ];
};

/** `(bytes)`: a[i] = b[i] + s·c[i] over three arrays of so many bytes, one behind the other; a multiple of 64. */
const triad = (): number[] => {
  const [size, at, second, third, scale] = [1, 2, 3, 4, 5];
  const four = [0, 16, 32, 48].flatMap((offset) => [
    ...get(at),
    ...get(second),
    ...load(offset),
    ...get(third),
    ...load(offset),
    ...get(scale),
    ...MULTIPLY,
    ...ADD,
    ...store(offset),
  ]);
  const advance = (local: number): number[] => [...get(local), ...i32(64), ...I32_ADD, ...set(local)];
  return [
    ...vector([
      [4, I32],
      [1, V128],
    ]),
    ...[...get(0), ...tee(size), ...set(second)],
    ...[...get(size), ...get(size), ...I32_ADD, ...set(third)],
    ...[...f32(3), ...SPLAT, ...set(scale)],
    ...repeat([...four, ...advance(at), ...advance(second), ...advance(third)], 64),
    0x0b,
  ];
};

const PAGE = 65_536;

/** A module with `multiplyAdd`, `triad`, and memory for three arrays of so many bytes. */
export const simdModule = (arrayBytes: number, relaxed: boolean): Uint8Array<ArrayBuffer> => {
  const body = (code: readonly number[]): number[] => [...unsigned(code.length), ...code];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      vector([
        [0x60, 1, I32, 1, F32],
        [0x60, 1, I32, 0],
      ]),
    ),
    ...section(3, vector([[0], [1]])),
    ...section(5, vector([[0, ...unsigned(Math.ceil((3 * arrayBytes) / PAGE))]])),
    ...section(
      7,
      vector([
        [...text('multiplyAdd'), 0, 0],
        [...text('triad'), 0, 1],
      ]),
    ),
    ...section(10, vector([body(multiplyAdd(relaxed)), body(triad())])),
  ]);
};
