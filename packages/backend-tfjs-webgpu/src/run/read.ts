import { MAP_READ, USAGE } from '../device/usage.ts';
import { checkOf, roundedBytes, type Block } from './buffers.ts';

/** Buffers for copies that are kept for the next reads. */
const KEPT = 4;

/**
 * Resolves when the host may read the buffer's first bytes. A lost device may leave a request to map unanswered, or answer it
 * before it says that it is lost.
 */
export const mapped = async (staging: GPUBuffer, bytes: number, gone: Promise<void>): Promise<void> => {
  const lost = gone.then(() => {
    throw new Error('The device was lost.');
  });
  await Promise.race([staging.mapAsync(MAP_READ, 0, bytes), lost]);
};

/** Copies of buffers for the host. */
export class Reader {
  readonly #device: GPUDevice;
  readonly #gone: Promise<void>;
  readonly #idle: GPUBuffer[] = [];

  constructor(device: GPUDevice, gone: Promise<void>) {
    this.#device = device;
    this.#gone = gone;
  }

  async read(blocks: readonly Block[]): Promise<Float32Array[]> {
    const total = blocks.reduce((sum, { elements }) => sum + elements, 0);
    if (total === 0) return blocks.map(() => new Float32Array(0));
    const staging = this.#take(4 * total);
    const encoder = this.#device.createCommandEncoder();
    let offset = 0;
    const offsets = blocks.map(({ memory, elements }) => {
      const own = offset;
      if (elements > 0) encoder.copyBufferToBuffer(memory.buffer, 0, staging, own, 4 * elements);
      offset += 4 * elements;
      return own;
    });
    this.#device.queue.submit([encoder.finish()]);
    await mapped(staging, 4 * total, this.#gone);
    const missing = await checkOf(blocks);
    if (missing !== undefined) throw missing;
    const range = staging.getMappedRange(0, 4 * total);
    const copies = blocks.map(({ elements }, i) => new Float32Array(range, offsets[i], elements).slice());
    staging.unmap();
    if (this.#idle.length < KEPT) this.#idle.push(staging);
    else staging.destroy();
    return copies;
  }

  #take(bytes: number): GPUBuffer {
    const fits = this.#idle.findIndex(({ size }) => size >= bytes && size <= 4 * roundedBytes(bytes));
    if (fits >= 0) return this.#idle.splice(fits, 1)[0]!;
    return this.#device.createBuffer({ size: roundedBytes(bytes), usage: USAGE.mapRead | USAGE.copyTarget });
  }

  dispose(): void {
    for (const buffer of this.#idle) buffer.destroy();
    this.#idle.length = 0;
  }
}
