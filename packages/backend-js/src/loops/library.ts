import type { FloatArray, MatmulSizes } from '@nalu/core/graph';

/** A matmul whose operands lie row-major at these places. */
export interface MatmulCall extends MatmulSizes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Kernels that are not generated, for the ops where they are faster. */
export interface Library {
  /** Whether `matmul` takes transposed operands. If not, they are transposed before, in a loop. */
  readonly transposes: boolean;
  wantsMatmul(sizes: MatmulSizes): boolean;
  /** Computes one matmul. Offsets are in numbers, from the start of each array. */
  matmul(
    call: MatmulCall,
    a: FloatArray,
    offsetA: number,
    b: FloatArray,
    offsetB: number,
    out: FloatArray,
    offsetOut: number,
  ): void;
}
