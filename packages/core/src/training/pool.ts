import { bytesPerNumber, type Backend, type DeviceBuffer, type Precision } from '../backend/contract.ts';
import { freeAll } from '../backend/freeAll.ts';
import { allocators } from '../backend/interpret.ts';
import type { FloatArray } from '../ops/row.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { NamedTensor } from './snapshot.ts';

/** The buffers that one trainer owns. */
export interface Pool {
  /** Takes over a buffer that an executable returned. */
  own(buffer: DeviceBuffer): DeviceBuffer;
  upload(tensor: NamedTensor): DeviceBuffer;
  release(buffer: DeviceBuffer): void;
  /** Frees every buffer that is not among the kept ones. */
  keepOnly(kept: ReadonlySet<DeviceBuffer>): void;
  /** Frees all; the backend may be gone. */
  dispose(): void;
  /** Largest number of bytes owned at one time. */
  readonly mostBytes: number;
}

export const toPrecision = (data: ArrayLike<number>, precision: Precision): FloatArray => {
  const out = allocators[precision](data.length);
  out.set(data);
  return out;
};

export const newPool = (backend: Backend, precision: Precision): Pool => {
  const owned = new Set<DeviceBuffer>();
  let bytes = 0;
  let mostBytes = 0;
  const bytesOf = ({ shape }: DeviceBuffer): number => sizeOf(shape) * bytesPerNumber[precision];
  const own = (buffer: DeviceBuffer): DeviceBuffer => {
    owned.add(buffer);
    bytes += bytesOf(buffer);
    mostBytes = Math.max(mostBytes, bytes);
    return buffer;
  };
  const release = (buffer: DeviceBuffer): void => {
    owned.delete(buffer);
    bytes -= bytesOf(buffer);
    backend.free(buffer);
  };
  return {
    own,
    release,
    upload: ({ data, shape }) => own(backend.upload(toPrecision(data, precision), shape)),
    keepOnly: (kept) => {
      for (const buffer of owned) if (!kept.has(buffer)) release(buffer);
    },
    dispose: () => freeAll(backend, owned),
    get mostBytes() {
      return mostBytes;
    },
  };
};
