import { BufferError } from '../errors.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { bytesPerNumber, type DeviceBuffer, type Precision } from './contract.ts';
import type { Fate } from './fate.ts';

/** What stands behind a buffer. */
export interface Entry<S> {
  /** Undefined where the step that should have computed it failed at once. */
  readonly storage: S | undefined;
  readonly fate: Fate;
}

class OwnedBuffer implements DeviceBuffer {
  readonly id: number;
  readonly shape: Shape;
  readonly precision: Precision;
  readonly backend: string;
  /** The owner that gave it back. */
  #goneFrom: object | undefined;

  constructor(id: number, shape: Shape, precision: Precision, backend: string) {
    this.id = id;
    this.shape = shape;
    this.precision = precision;
    this.backend = backend;
  }

  static retire(buffer: DeviceBuffer, owner: object): void {
    if (#goneFrom in buffer) buffer.#goneFrom = owner;
  }

  static isRetired(buffer: DeviceBuffer, owner: object): boolean {
    return typeof buffer === 'object' && buffer !== null && #goneFrom in buffer && buffer.#goneFrom === owner;
  }
}

let nextId = 1;

/** Who owns which buffers of one backend, and how many bytes they are. */
export class Buffers<S> {
  readonly #backend: string;
  readonly #entries = new Map<DeviceBuffer, Entry<S>>();
  #bytes = 0;

  constructor(backend: string) {
    this.#backend = backend;
  }

  get count(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  all(): readonly DeviceBuffer[] {
    return [...this.#entries.keys()];
  }

  add(shape: Shape, precision: Precision, entry: Entry<S>): DeviceBuffer {
    const buffer = new OwnedBuffer(nextId++, shape, precision, this.#backend);
    this.#entries.set(buffer, entry);
    this.#bytes += sizeOf(shape) * bytesPerNumber[precision];
    return buffer;
  }

  /** @throws BufferError for what was freed or donated and for what is not of this backend; `what` names it. */
  get(buffer: DeviceBuffer, what: string): Entry<S> {
    const entry = this.#entries.get(buffer);
    if (entry !== undefined) return entry;
    if (OwnedBuffer.isRetired(buffer, this))
      throw new BufferError(`${what} was freed or donated before. Keep buffers that you still need out of free() and donate.`);
    throw new BufferError(
      `${what} belongs to another backend ("${buffer?.backend ?? 'unknown'}") or is no buffer. Read it there and upload it here.`,
    );
  }

  remove(buffer: DeviceBuffer, what: string): Entry<S> {
    const entry = this.get(buffer, what);
    this.#entries.delete(buffer);
    OwnedBuffer.retire(buffer, this);
    this.#bytes -= sizeOf(buffer.shape) * bytesPerNumber[buffer.precision];
    return entry;
  }
}
