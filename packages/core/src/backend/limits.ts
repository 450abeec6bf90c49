import { LimitError } from '../errors.ts';
import { showShape, sizeOf, type Shape } from '../tensor/shape.ts';

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

const showBytes = (bytes: number): string => {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Number((bytes / 1024 ** unit).toPrecision(3))} ${UNITS[unit]}`;
};

/**
 * Refuses a tensor of 4-byte numbers that is larger than a device allows for one.
 *
 * @param limit in bytes.
 * @throws LimitError that names both sizes and what to do.
 */
export const assertTensorFits = (backend: string, shape: Shape, limit: number): void => {
  const bytes = 4 * sizeOf(shape);
  if (bytes <= limit) return;
  throw new LimitError(
    `A tensor of shape ${showShape(shape)} takes ${showBytes(bytes)}, but the device of the backend "${backend}" allows ${showBytes(limit)} for one. Use smaller batches, populations or shapes, or a backend that computes in the host's memory (js, tfjs-wasm).`,
  );
};

/** Engines say that there is no memory for an array by a RangeError about its length or its allocation. */
export const explainMemory = (error: unknown, backend: string): unknown =>
  error instanceof RangeError && /array/i.test(error.message)
    ? new LimitError(
        `The backend "${backend}" has no memory for that (${error.message}). Use smaller batches, populations or shapes.`,
        { cause: error },
      )
    : error;
