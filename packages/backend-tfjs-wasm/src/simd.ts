/** A module with one function without parameters, of these instructions; its result is a vector. */
const probe = (...instructions: readonly number[]): Uint8Array<ArrayBuffer> => {
  const body = [0, ...instructions, 0x0b];
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...[1, 5, 1, 96, 0, 1, 123],
    ...[3, 2, 1, 0],
    ...[10, body.length + 2, 1, body.length, ...body],
  ]);
};

/** i32.const 0, i8x16.splat */
const VECTOR = [65, 0, 0xfd, 15] as const;

/** Whether WebAssembly has vectors of 128 bits. */
export const hasSimd = (): boolean => WebAssembly.validate(probe(...VECTOR));

/** Whether the security policy here lets a program compile WebAssembly. */
export const mayCompile = (): boolean => {
  try {
    void new WebAssembly.Module(probe(...VECTOR));
    return true;
  } catch {
    return false;
  }
};

/** Whether it has products fused with sums (f32x4.relaxed_madd). */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(probe(...VECTOR, ...VECTOR, ...VECTOR, 0xfd, 0x85, 0x02));
