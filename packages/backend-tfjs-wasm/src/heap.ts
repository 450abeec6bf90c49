import { LimitError } from '@nalu/core';
import type { HostMemory } from '@nalu/core/backend';
import type { TfjsModule } from './emscripten.ts';

/** Numbers on the WebAssembly heap. */
export interface Block {
  readonly pointer: number;
  readonly elements: number;
  /** Made when somebody looks; valid until the heap grows. */
  view: Float32Array | undefined;
}

/** Kernels may read up to 16 bytes past the end of an operand. */
const MARGIN = 16;

/** Memory on the heap. Views are taken again when the heap has grown, which invalidates them all at once. */
export const heapMemory = (module: TfjsModule): HostMemory<Block> => ({
  allocate: (elements) => {
    const bytes = 4 * elements + MARGIN;
    // malloc takes 32 bits and would give a small block for a size beyond them.
    const pointer = bytes < 2 ** 32 ? module.malloc(bytes) >>> 0 : 0;
    if (pointer === 0) {
      throw new LimitError(
        `The WebAssembly heap is full: ${bytes} more bytes cannot be had (it holds at most 4 GiB). Free buffers, or use smaller batches or populations.`,
      );
    }
    return { pointer, elements, view: undefined };
  },
  release: ({ pointer }) => module.free(pointer),
  view: (block) => {
    const { buffer } = module.memory;
    if (block.view?.buffer !== buffer) block.view = new Float32Array(buffer, block.pointer, block.elements);
    return block.view;
  },
});
