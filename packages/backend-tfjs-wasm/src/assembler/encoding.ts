/** Machine code in the making, or an expression of it: bytes that leave one value on WebAssembly's stack. */
export type Code = readonly number[];

/** One after the other. */
export const joined = (codes: readonly Code[]): number[] => ([] as number[]).concat(...codes);

/** An unsigned number in LEB128. */
export const unsigned = (value: number): Code => {
  if (value < 128) return [value];
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 128);
  } while (rest !== 0);
  return bytes;
};

/** A signed 32-bit number in LEB128. */
export const signed = (value: number): Code => {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return [...bytes, low];
    bytes.push(low | 128);
  }
};

/** The four bytes of a 32-bit word. */
export const word = (bits: number): Code => [bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24];

const scratch = new DataView(new ArrayBuffer(4));

/** The bits of a single-precision number. */
export const bitsOf = (value: number): number => {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
};

/** A vector in WebAssembly's binary format: its length, then its elements. */
export const vectorOf = (elements: readonly Code[]): Code => joined([unsigned(elements.length), ...elements]);
