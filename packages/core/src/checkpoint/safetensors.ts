/**
 * The safetensors container: eight bytes of header length (little-endian), a JSON header, then the tensors' bytes.
 * Source: the format section of the safetensors project's README (github.com/huggingface/safetensors).
 *
 * Only bytes are copied, never numbers, so every bit survives, the payloads of NaNs included.
 */
import { CheckpointError } from '../errors.ts';
import type { FloatArray } from '../ops/row.ts';
import { sizeOf, showShape, type Shape } from '../tensor/shape.ts';
import type { NamedTensor } from '../training/snapshot.ts';
import { duplicateKey } from './duplicateKey.ts';

/** What a safetensors file holds: named tensors and a table of strings. */
export interface Safetensors {
  readonly metadata: { readonly [key: string]: string };
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

interface Dtype {
  readonly bytes: number;
  readonly owns: (data: FloatArray) => boolean;
  readonly view: (bytes: ArrayBuffer) => FloatArray;
}

/** The number formats that Nalu reads and writes. */
const DTYPES: { readonly [name: string]: Dtype } = {
  F64: { bytes: 8, owns: (data) => data instanceof Float64Array, view: (bytes) => new Float64Array(bytes) },
  F32: { bytes: 4, owns: (data) => data instanceof Float32Array, view: (bytes) => new Float32Array(bytes) },
};

const METADATA = '__metadata__';
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** The format's own limit on headers. */
const MAX_HEADER = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
}

const dtypeOf = (name: string, data: FloatArray): string => {
  const found = Object.keys(DTYPES).find((dtype) => DTYPES[dtype]!.owns(data));
  if (found === undefined) throw new CheckpointError(`The tensor "${name}" must be a Float32Array or a Float64Array.`);
  return found;
};

/** Widest numbers first, then by name: every tensor starts at a multiple of its number's width, and files are reproducible. */
const layOut = (tensors: ReadonlyMap<string, NamedTensor>): Entry[] => {
  const widest = [...tensors].map(([name, { shape, data }]) => {
    if (name === METADATA)
      throw new CheckpointError(`No tensor may be called "${METADATA}": the format keeps that name for itself.`);
    if (sizeOf(shape) !== data.length) {
      throw new CheckpointError(
        `The tensor "${name}" has shape ${showShape(shape)}, which is ${sizeOf(shape)} numbers, but ${data.length} were given.`,
      );
    }
    return { name, shape, dtype: dtypeOf(name, data) };
  });
  widest.sort((a, b) => DTYPES[b.dtype]!.bytes - DTYPES[a.dtype]!.bytes || (a.name < b.name ? -1 : 1));
  let end = 0;
  return widest.map(({ name, shape, dtype }) => {
    const start = end;
    end += sizeOf(shape) * DTYPES[dtype]!.bytes;
    return { name, dtype, shape, start, end };
  });
};

const bytesOf = (data: FloatArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * Writes a safetensors file. The header is padded with spaces to a multiple of eight bytes, so tensors are aligned.
 *
 * @throws CheckpointError when a shape does not fit its data or a name is reserved.
 */
export const encodeSafetensors = ({ metadata, tensors }: Safetensors): Uint8Array<ArrayBuffer> => {
  const entries = layOut(tensors);
  const fields: [string, unknown][] = entries.map(({ name, dtype, shape, start, end }) => [
    name,
    { dtype, shape, data_offsets: [start, end] },
  ]);
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries([[METADATA, metadata], ...fields])));
  const padded = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + padded + (entries.at(-1)?.end ?? 0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded);
  bytes.set(header, LENGTH_BYTES);
  for (const { name, start } of entries) bytes.set(bytesOf(tensors.get(name)!.data), LENGTH_BYTES + padded + start);
  return bytes;
};

const readHeader = (bytes: Uint8Array): { text: string; dataStart: number } => {
  if (!(bytes instanceof Uint8Array))
    throw new CheckpointError('A checkpoint is read from a Uint8Array. Of an ArrayBuffer, pass new Uint8Array(buffer).');
  if (bytes.length < LENGTH_BYTES) {
    throw new CheckpointError(
      `This is no safetensors file: it has ${bytes.length} bytes, and the length of the header alone takes ${LENGTH_BYTES}.`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER)) {
    throw new CheckpointError(
      `This is no safetensors file: its first ${LENGTH_BYTES} bytes announce a header of ${length} bytes; at most ${MAX_HEADER} are allowed.`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes.length) {
    throw new CheckpointError(
      `The file is cut short, or no safetensors file: it announces a header of ${length} bytes, but only ${bytes.length - LENGTH_BYTES} follow.`,
    );
  }
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart)),
      dataStart,
    };
  } catch (cause) {
    throw new CheckpointError('The header of the safetensors file is not UTF-8 text; the file is damaged.', { cause });
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseHeader = (text: string): Readonly<Record<string, unknown>> => {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(
      `The header of the safetensors file is not valid JSON; the file is damaged. ${(cause as Error).message}`,
      { cause },
    );
  }
  if (!text.startsWith('{') || !isRecord(header))
    throw new CheckpointError('The header of the safetensors file must be a JSON object that starts with "{".');
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined)
    throw new CheckpointError(`The header of the safetensors file has the name ${JSON.stringify(duplicate)} twice.`);
  return header;
};

const parseMetadata = (value: unknown): Readonly<Record<string, string>> => {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new CheckpointError(`"${METADATA}" in the safetensors header must be an object of strings.`);
  const wrong = Object.keys(value).find((key) => typeof value[key] !== 'string');
  if (wrong !== undefined)
    throw new CheckpointError(`"${METADATA}" in the safetensors header: the value of ${JSON.stringify(wrong)} is not a string.`);
  return value as Readonly<Record<string, string>>;
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const parseEntry = (name: string, value: unknown): Entry => {
  const place = `Tensor ${JSON.stringify(name)} of the safetensors file`;
  if (!isRecord(value)) throw new CheckpointError(`${place}: expected an object with dtype, shape and data_offsets.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') throw new CheckpointError(`${place}: dtype must be a string.`);
  if (!Object.hasOwn(DTYPES, dtype)) {
    throw new CheckpointError(
      `${place}: its dtype is ${JSON.stringify(dtype)}, which Nalu does not read. Nalu reads ${Object.keys(DTYPES).join(' and ')}; convert it first.`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw new CheckpointError(`${place}: shape must be a list of whole numbers from 0.`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw new CheckpointError(`${place}: data_offsets must be two whole numbers from 0.`);
  const [start, end] = offsets as [number, number];
  const wanted = sizeOf(shape) * DTYPES[dtype]!.bytes;
  if (end - start !== wanted) {
    throw new CheckpointError(
      `${place}: shape ${showShape(shape)} of ${dtype} takes ${wanted} bytes, but data_offsets ${start} to ${end} hold ${end - start}.`,
    );
  }
  return { name, dtype, shape, start, end };
};

/** Tensors must fill the data from its first byte to its last, one after the other. */
const checkLayout = (entries: readonly Entry[], dataBytes: number): void => {
  const ordered = [...entries].sort((a, b) => a.start - b.start || a.end - b.end);
  let filled = 0;
  for (const { name, start, end } of ordered) {
    const place = `Tensor ${JSON.stringify(name)} of the safetensors file`;
    if (end > dataBytes)
      throw new CheckpointError(
        `The file is cut short: tensor ${JSON.stringify(name)} ends at byte ${end} of the data, but only ${dataBytes} bytes are there.`,
      );
    if (start < filled)
      throw new CheckpointError(
        `${place} starts at byte ${start} of the data and overlaps the tensor before it, which ends at byte ${filled}.`,
      );
    if (start > filled)
      throw new CheckpointError(
        `${place} starts at byte ${start} of the data, but the tensor before it ends at byte ${filled}; the format allows no gaps.`,
      );
    filled = end;
  }
  if (filled < dataBytes)
    throw new CheckpointError(
      `The safetensors file has ${dataBytes - filled} bytes after its last tensor that belong to none; it is damaged.`,
    );
};

/**
 * Reads a safetensors file of F32 and F64 tensors, strictly.
 *
 * @throws CheckpointError, and nothing else, for every input that breaks the format: cut short, overlapping tensors, gaps,
 * names that occur twice, shapes that do not fit.
 */
export const decodeSafetensors = (bytes: Uint8Array): Safetensors => {
  const { text, dataStart } = readHeader(bytes);
  const { [METADATA]: metadata, ...rest } = parseHeader(text);
  const entries = Object.entries(rest).map(([name, value]) => parseEntry(name, value));
  checkLayout(entries, bytes.length - dataStart);
  const tensors = new Map<string, NamedTensor>();
  for (const { name, dtype, shape, start, end } of entries) {
    // Copied: the caller owns the result, and a view would need aligned bytes.
    const own = new Uint8Array(end - start);
    own.set(bytes.subarray(dataStart + start, dataStart + end));
    tensors.set(name, { shape, data: DTYPES[dtype]!.view(own.buffer) });
  }
  return { metadata: parseMetadata(metadata), tensors };
};
