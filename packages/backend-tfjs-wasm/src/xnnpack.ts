import type { TfjsModule } from './emscripten.ts';

/** Computes `batch` products of row-major matrices, [m, k]·[k, n], at these addresses. */
export type MatmulFunction = (batch: number, m: number, n: number, k: number, a: number, b: number, out: number) => void;

/** Matrix products by XNNPACK through tfjs's BatchMatMul kernel, on our own blocks of the heap and without copies. */
export const xnnpack = (module: TfjsModule): MatmulFunction => {
  const shapes = module.malloc(24) >>> 0;
  let nextId = 1;
  const register = (pointer: number, elements: number): number => {
    const id = nextId;
    nextId = nextId >= 0x7fffffff ? 1 : nextId + 1;
    module.register_tensor(id, elements, pointer);
    return id;
  };
  return (batch, m, n, k, a, b, out) => {
    new Int32Array(module.memory.buffer, shapes, 6).set([1, m, k, 1, k, n]);
    for (let i = 0; i < batch; i++) {
      // The kernel keeps packed weights under the id of its second operand: ids are never used twice.
      const idA = register((a >>> 0) + 4 * i * m * k, m * k);
      const idB = register((b >>> 0) + 4 * i * k * n, k * n);
      const idOut = register((out >>> 0) + 4 * i * m * n, m * n);
      module.BatchMatMul(idA, shapes, 3, idB, shapes + 12, 3, 0, 0, idOut);
      for (const id of [idA, idB, idOut]) module.dispose_data(id);
    }
  };
};
