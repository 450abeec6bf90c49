import { LimitError } from '@nalu/core';
import { USAGE } from '../device/usage.ts';

/** A buffer on the device that holds at least so many numbers. */
export interface Block {
  readonly id: number;
  readonly buffer: GPUBuffer;
  /** Bytes of the buffer. */
  readonly bytes: number;
  /** Numbers that it holds for its present owner. */
  readonly elements: number;
}

const STORAGE = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
const SMALLEST = 256;
/** Up to here sizes are powers of two; beyond, multiples of it. */
const STEP = 2 ** 20;
/** Freed buffers beyond so many bytes go back to the device. */
const KEPT = 2 ** 28;

/** The size of a buffer for so many bytes: few different ones, so that freed buffers fit again. */
export const roundedBytes = (bytes: number): number =>
  bytes <= STEP ? Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(bytes))) : Math.ceil(bytes / STEP) * STEP;

/**
 * Buffers of the device. What is freed is used again: commands are executed in the order in which they are submitted, so
 * that a new owner's commands come after all of the old one's.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #limit: number;
  readonly #free = new Map<number, GPUBuffer[]>();
  #kept = 0;
  #nextId = 1;
  readonly #ids = new WeakMap<GPUBuffer, number>();
  /** Buffers made so far: a step that made none cannot have run out of memory. */
  made = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  }

  take(elements: number): Block {
    const exact = 4 * elements;
    if (exact > this.#limit)
      throw new LimitError(`${exact} bytes are more than the ${this.#limit} that the device allows for one buffer.`);
    const bytes = Math.min(roundedBytes(exact), this.#limit);
    const known = this.#free.get(bytes)?.pop();
    if (known !== undefined) this.#kept -= bytes;
    const buffer = known ?? this.#make(bytes);
    return { id: this.#ids.get(buffer)!, buffer, bytes, elements };
  }

  #make(bytes: number): GPUBuffer {
    this.made++;
    const buffer = this.#device.createBuffer({ size: bytes, usage: STORAGE });
    this.#ids.set(buffer, this.#nextId++);
    return buffer;
  }

  release({ buffer, bytes }: Block): void {
    if (this.#kept + bytes > KEPT) {
      buffer.destroy();
      return;
    }
    this.#kept += bytes;
    const same = this.#free.get(bytes);
    if (same === undefined) this.#free.set(bytes, [buffer]);
    else same.push(buffer);
  }

  dispose(): void {
    for (const buffers of this.#free.values()) for (const buffer of buffers) buffer.destroy();
    this.#free.clear();
    this.#kept = 0;
  }
}
