import { DisposedError } from '../errors.ts';
import type { Backend, DeviceBuffer } from './contract.ts';

/** Frees buffers at the end of what they belong to. A backend that was disposed before has freed them already. */
export const freeAll = (backend: Backend, buffers: Iterable<DeviceBuffer>): void => {
  try {
    for (const buffer of buffers) backend.free(buffer);
  } catch (error) {
    if (!(error instanceof DisposedError)) throw error;
  }
};
