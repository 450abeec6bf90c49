/** A call of a function (start, end, seed) of another module, with seed 0. */
export interface Call {
  readonly run: unknown;
  readonly start: number;
  readonly end: number;
}

/** A whole number below 2³² as WebAssembly writes it. */
const unsigned = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];

/** A signed one, from 0 to 2³¹ − 1: the last byte's sixth bit is the sign. */
const signed = (value: number): readonly number[] =>
  value < 64 ? [value] : [(value % 128) + 128, ...signed(Math.floor(value / 128))];

const vector = (items: readonly (readonly number[])[]): readonly number[] => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: readonly number[]): readonly number[] => [...unsigned(bytes.length), ...bytes];
const section = (id: number, items: readonly (readonly number[])[]): readonly number[] => [id, ...sized(vector(items))];
const text = (name: string): readonly number[] => sized([...name].map((letter) => letter.charCodeAt(0)));

const [I32, FUNCTION, CALL, CONST, END] = [0x7f, 0x60, 0x10, 0x41, 0x0b];

/**
 * A module whose function `all` makes these calls one after the other: from WebAssembly they take a few nanoseconds each, from
 * JavaScript about a hundred.
 */
export const callingModule = (calls: readonly Call[]): Uint8Array<ArrayBuffer> => {
  const body = calls.flatMap(({ start, end }, i) => [
    ...[CONST, ...signed(start)],
    ...[CONST, ...signed(end)],
    ...[CONST, 0],
    ...[CALL, ...unsigned(i)],
  ]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [
      [FUNCTION, ...vector([[I32], [I32], [I32]]), 0],
      [FUNCTION, 0, 0],
    ]),
    ...section(
      2,
      calls.map((_, i) => [...text('run'), ...text(String(i)), 0, 0]),
    ),
    ...section(3, [[1]]),
    ...section(7, [[...text('all'), 0, ...unsigned(calls.length)]]),
    ...section(10, [sized([0, ...body, END])]),
  ]);
};
