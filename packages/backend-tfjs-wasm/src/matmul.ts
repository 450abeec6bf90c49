import type { WasmModule } from './instance.ts';

/** [rows, inner] · [inner, columns] → [rows, columns], all row-major on the heap. */
export type HeapMatmul = (a: number, b: number, out: number, rows: number, inner: number, columns: number) => void;

const shapeBytes = (rows: number, columns: number): Uint8Array => new Uint8Array(Int32Array.of(1, rows, columns).buffer);

/**
 * XNNPACK's fully connected kernel, through tfjs's C entry point: no Engine, no tape, no copies.
 *
 * tfjs keeps the packed right operand under its tensor id until that tensor is disposed, which is right for immutable
 * tensors; our blocks are overwritten, so every call registers its operands anew and disposes of them, packed copy included. Only untransposed operands
 * without a batch reach XNNPACK; everything else would take tfjs's scalar loop.
 */
export const heapMatmul = (wasm: WasmModule): HeapMatmul => {
  const batchMatMul = wasm.cwrap('BatchMatMul', null, [
    'number',
    'array',
    'number',
    'number',
    'array',
    'number',
    'number',
    'number',
    'number',
  ]);
  const ids = { a: 1, b: 2, out: 3 };
  return (a, b, out, rows, inner, columns) => {
    wasm.tfjs.registerTensor(ids.a, rows * inner, a);
    wasm.tfjs.registerTensor(ids.b, inner * columns, b);
    wasm.tfjs.registerTensor(ids.out, rows * columns, out);
    try {
      batchMatMul(ids.a, shapeBytes(rows, inner), 3, ids.b, shapeBytes(inner, columns), 3, 0, 0, ids.out);
    } finally {
      wasm.tfjs.disposeData(ids.a);
      wasm.tfjs.disposeData(ids.b);
      wasm.tfjs.disposeData(ids.out);
    }
  };
};
