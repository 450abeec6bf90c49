import {
  concat,
  convolution,
  dense,
  maxPool,
  sequential,
  streamOf,
  uniform,
  type BatchSource,
  type Module,
  type NamedTensor,
  type Rows,
  type Tensor,
} from '@nalu/core';
import { imageSize, mnist, type Digits } from '../data/mnist.ts';

/** What is asked about a sequence of digits. */
export interface DigitTask {
  /** Digits that occur. */
  readonly digits: readonly number[];
  /** Numbers per answer. */
  readonly outputs: number;
  /** True: after every image an answer; false: one after the last. */
  readonly everyStep: boolean;
  /** The answer after each image, on the host. */
  readonly answers: (digits: readonly number[]) => readonly (readonly number[])[];
  /** [rows, 1] digits of each step → [rows, outputs] answers of each step, in a graph. */
  readonly graph: (digits: readonly Tensor[]) => readonly Tensor[];
}

/** PyTorch's example for MNIST, with outputs of its own: 5×5×20, pool, 5×5×50, pool, 500, outputs. */
export const digitNetwork = (outputs: number): Module =>
  sequential(
    convolution({ height: 28, width: 28, filters: 20, activation: 'relu' }),
    maxPool({ height: 24, width: 24, channels: 20 }),
    convolution({ height: 12, width: 12, channels: 20, filters: 50, activation: 'relu' }),
    maxPool({ height: 8, width: 8, channels: 50 }),
    dense({ inputs: 800, outputs: 500, activation: 'relu' }),
    dense({ inputs: 500, outputs }),
  );

/** PyTorch's usual normalisation of a pixel. */
const normalised = (pixel: number): number => (pixel / 255 - 0.1307) / 0.3081;

/** The images of the task among those from `first` on, at most `most`. */
const chooseImages = (
  { labels }: Digits,
  { digits }: DigitTask,
  first: number,
  last: number,
  most: number,
): readonly number[] => {
  const chosen: number[] = [];
  for (let i = first; i < last && chosen.length < most; i++) if (digits.includes(labels[i]!)) chosen.push(i);
  return chosen;
};

const imageRows = ({ pixels }: Digits, images: readonly number[], perRow: number): NamedTensor => {
  const data = new Float32Array(images.length * imageSize);
  images.forEach((image, i) => {
    for (let p = 0; p < imageSize; p++) data[i * imageSize + p] = normalised(pixels[image * imageSize + p]!);
  });
  return { shape: [images.length / perRow, perRow * imageSize], data };
};

/** The first 55,000 images are for training, the other 5000 for validation. */
const trainingImages = 55_000;

/** A quick look takes fewer images. */
const share = (count: number, scale: number): number => (scale === 1 ? count : Math.ceil(count * Math.min(1, 10 * scale)));

const sequencesPerBatch = 64;

/** Batches of 64 sequences (in a quick look 4): every run draws its own images, with replacement. */
export const digitBatches = (task: DigitTask, length: number, scale: number): BatchSource => {
  const count = Math.max(4, share(sequencesPerBatch, scale));
  const set = mnist('train');
  const images = chooseImages(set, task, 0, trainingImages, Math.max(1000, share(trainingImages, scale)));
  const labels = Float32Array.from(images, (image) => set.labels[image]!);
  return {
    data: { x: imageRows(set, images, 1), y: { shape: [images.length, 1], data: labels } },
    draw: (rows, { uniform: draw }) => {
      const index = draw([count * length])
        .mul(images.length)
        .floor();
      const digits = rows!.y.gather(index).reshape([count, length]);
      const steps = Array.from({ length }, (_, t) => digits.slice([0, t], [count, t + 1]));
      const answers = task.graph(steps);
      return {
        x: rows!.x.gather(index).reshape([count, length * imageSize]),
        y: task.everyStep ? concat(answers, 1) : answers.at(-1)!,
      };
    },
  };
};

const shuffled = (images: readonly number[], seed: number): readonly number[] => {
  const order = [...images];
  const unit = uniform(seed, 0, streamOf('order of images'), 0, order.length);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(unit[i]! * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

const sequences = (task: DigitTask, set: Digits, images: readonly number[], length: number): Rows => {
  const count = Math.max(1, Math.floor(images.length / length));
  const used = Array.from({ length: count * length }, (_, i) => images[i % images.length]!);
  const width = task.everyStep ? length * task.outputs : task.outputs;
  const y = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    const digits = used.slice(row * length, (row + 1) * length).map((image) => set.labels[image]!);
    const answers = task.answers(digits);
    y.set(task.everyStep ? answers.flat() : answers.at(-1)!, row * width);
  }
  return { x: imageRows(set, used, length), y: { shape: [count, width], data: y } };
};

/** Sequences of validation images. */
export const validationSequences = (task: DigitTask, length: number, scale: number): Rows => {
  const set = mnist('train');
  const images = chooseImages(set, task, trainingImages, set.count, Math.max(20, share(1000, scale)));
  return sequences(task, set, shuffled(images, 1), length);
};

/** Sequences of test images, all of them unless the look is quick. */
export const testSequences = (task: DigitTask, length: number, scale: number): Rows => {
  const set = mnist('test');
  const images = chooseImages(set, task, 0, set.count, Math.max(20, share(set.count, scale)));
  return sequences(task, set, shuffled(images, length), length);
};

/** Sequences per call: about a thousand images. */
export const sequencesPerCall = (length: number): number => Math.max(1, Math.floor(1000 / length));
