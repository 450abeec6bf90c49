import type { HostMemory } from '@nalu/core/backend';
import type { WasmModule } from './instance.ts';

/** A block on the WebAssembly heap. */
export interface Block {
  readonly offset: number;
  readonly elements: number;
}

/** malloc and free of the module as device memory. The heap may move when it grows: views are for immediate use. */
export const heapMemory = (wasm: WasmModule): HostMemory<Block> => ({
  allocate: (elements) => {
    // An empty tensor still needs an address of its own.
    const bytes = Math.max(4 * elements, 4);
    // Addresses above 2 GiB come back negative.
    const offset = wasm._malloc(bytes) >>> 0;
    if (offset === 0) throw new RangeError(`The WebAssembly heap has no room for ${bytes} more bytes. Free buffers, or use smaller batches.`);
    return { offset, elements };
  },
  release: ({ offset }) => wasm._free(offset),
  view: ({ offset, elements }) => new Float32Array(wasm.HEAPU8.buffer, offset, elements),
});
