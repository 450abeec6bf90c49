import { LimitError } from '@nalu/core';
import { BACKEND } from '../device/errors.ts';
import { USAGE } from '../device/usage.ts';

/** A buffer of the device. */
export interface Memory {
  readonly buffer: GPUBuffer;
  /** Different for every buffer that was ever made. */
  readonly id: number;
  readonly bytes: number;
  /** Resolves with an error if the device had no memory for it; undefined once it is known to be there. */
  check: Promise<Error | undefined> | undefined;
}

/** Memory with its present owner. */
export interface Block {
  readonly memory: Memory;
  /** Numbers that it holds, from its start on. */
  readonly elements: number;
}

const STORAGE = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
const SMALLEST = 256;
/** Up to here sizes are powers of two, beyond they are multiples of it. Larger buffers are checked for want of memory. */
const STEP = 2 ** 20;
/** Freed buffers beyond so many bytes go back to the device. */
const KEPT = 2 ** 28;

/** The size of a buffer for so many bytes: few different ones, so that freed buffers fit again. */
export const roundedBytes = (bytes: number): number =>
  bytes <= STEP ? Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(bytes))) : Math.ceil(bytes / STEP) * STEP;

/** The errors of buffers that could not be had, once all are known; undefined if all are known to be there. */
export const checkOf = (blocks: readonly Block[]): Promise<Error | undefined> | undefined => {
  const checks = blocks.flatMap(({ memory: { check } }) => (check === undefined ? [] : [check]));
  if (checks.length === 0) return undefined;
  return Promise.all(checks).then((errors) => errors.find((error) => error !== undefined));
};

/**
 * Buffers of the device. What is freed is used again: commands are executed in the order in which they are submitted, so
 * those of a buffer's new owner come after all of the old one's.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #limit: number;
  readonly #free = new Map<number, Memory[]>();
  #kept = 0;
  #nextId = 1;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  }

  /** @throws LimitError when the device allows no buffer of that size. */
  take(elements: number): Block {
    const wanted = 4 * elements;
    if (wanted > this.#limit)
      throw new LimitError(
        `${wanted} bytes are needed in one piece, but the device of the backend "${BACKEND}" allows ${this.#limit}. Use smaller batches or populations.`,
      );
    const bytes = Math.min(roundedBytes(wanted), this.#limit);
    const known = this.#free.get(bytes)?.pop();
    if (known !== undefined) this.#kept -= bytes;
    return { memory: known ?? this.#make(bytes), elements };
  }

  #make(bytes: number): Memory {
    const isChecked = bytes > STEP;
    if (isChecked) this.#device.pushErrorScope('out-of-memory');
    const buffer = this.#device.createBuffer({ size: bytes, usage: STORAGE });
    const memory: Memory = { buffer, id: this.#nextId++, bytes, check: undefined };
    if (isChecked) memory.check = this.#check(memory);
    return memory;
  }

  async #check(memory: Memory): Promise<Error | undefined> {
    const error = await this.#device.popErrorScope().catch(() => null);
    if (error === null) {
      memory.check = undefined;
      return undefined;
    }
    return new LimitError(
      `The device of the backend "${BACKEND}" has no memory for ${memory.bytes} more bytes (${error.message}). Free buffers, or use smaller batches or populations.`,
    );
  }

  release({ memory }: Block): void {
    const { buffer, bytes, check } = memory;
    if (check !== undefined || this.#kept + bytes > KEPT) {
      buffer.destroy();
      return;
    }
    this.#kept += bytes;
    const same = this.#free.get(bytes);
    if (same === undefined) this.#free.set(bytes, [memory]);
    else same.push(memory);
  }

  dispose(): void {
    for (const all of this.#free.values()) for (const { buffer } of all) buffer.destroy();
    this.#free.clear();
    this.#kept = 0;
  }
}
