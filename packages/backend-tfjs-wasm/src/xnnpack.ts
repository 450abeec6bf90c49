import type { Library } from '@nalu/backend-js/loops';
import type { MatmulSizes } from '@nalu/core/graph';
import type { TfjsModule } from './emscripten.ts';

/**
 * From so many multiplications on, XNNPACK is faster than generated loops; it packs its second operand at every call, which
 * pays only for large products. Measured in Node 20 (generated loops against XNNPACK, one product, in microseconds): 16³ 8
 * and 9, 32³ 41 and 19, 128×16×16 56 and 14, 64³ 272 and 73, 1024×256×256 88,000 and 10,000.
 */
const CROSSOVER = 8192;

/** Matrix products by XNNPACK through tfjs's BatchMatMul kernel, on our own blocks of the heap and without copies. */
export const xnnpack = (module: TfjsModule): Library => {
  const shapes = module.malloc(24) >>> 0;
  let nextId = 1;
  const register = (pointer: number, elements: number): number => {
    const id = nextId;
    nextId = nextId >= 0x7fffffff ? 1 : nextId + 1;
    module.register_tensor(id, elements, pointer);
    return id;
  };
  return {
    transposes: false,
    wantsMatmul: ({ batch, m, n, k }: MatmulSizes) => batch > 0 && m * n * k >= CROSSOVER && m >= 4 && n >= 4 && k >= 4,
    matmul: ({ batch, m, n, k }, a, offsetA, b, offsetB, out, offsetOut) => {
      const [pointerA, pointerB, pointerOut] = [
        a.byteOffset + 4 * offsetA,
        b.byteOffset + 4 * offsetB,
        out.byteOffset + 4 * offsetOut,
      ];
      new Int32Array(module.memory.buffer, shapes, 6).set([1, m, k, 1, k, n]);
      for (let i = 0; i < batch; i++) {
        // The kernel keeps packed weights under the id of its second operand: ids are never used twice.
        const idA = register(pointerA + 4 * i * m * k, m * k);
        const idB = register(pointerB + 4 * i * k * n, k * n);
        const idOut = register(pointerOut + 4 * i * m * n, m * n);
        module.BatchMatMul(idA, shapes, 3, idB, shapes + 12, 3, 0, 0, idOut);
        for (const id of [idA, idB, idOut]) module.dispose_data(id);
      }
    },
  };
};
