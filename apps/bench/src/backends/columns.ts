import { backends, type BackendName } from './backends.ts';

/** What people write without Nalu: measured beside the backends. */
export type BaselineName =
  | 'plain-loop'
  | 'tfjs-autodiff'
  | 'tfjs-tuned'
  | 'tfjs-autodiff:webgpu'
  | 'tfjs-tuned:webgpu'
  | 'gpujs-by-hand:webgpu'
  | 'gpujs-by-hand:webasm'
  | 'gpujs-by-hand:cpu'
  | 'jax-js-jit';

export type ColumnName = BackendName | BaselineName;

/** Something that can be measured: a column of the benchmark. */
export interface ColumnEntry {
  readonly name: ColumnName;
  readonly title: string;
}

export const baselines: readonly ColumnEntry[] = [
  { name: 'plain-loop', title: 'a JavaScript loop written by hand, nothing allocated in a step' },
  { name: 'tfjs-autodiff', title: 'TensorFlow.js on WebAssembly, as its users write it' },
  { name: 'tfjs-tuned', title: 'TensorFlow.js on WebAssembly, gradients by hand' },
  { name: 'tfjs-autodiff:webgpu', title: 'TensorFlow.js on WebGPU, as its users write it' },
  { name: 'tfjs-tuned:webgpu', title: 'TensorFlow.js on WebGPU, gradients by hand' },
  { name: 'gpujs-by-hand:webgpu', title: 'a gpu.js pipeline written by hand, on WebGPU' },
  { name: 'gpujs-by-hand:webasm', title: 'a gpu.js pipeline written by hand, on WebAssembly' },
  { name: 'gpujs-by-hand:cpu', title: 'a gpu.js pipeline written by hand, in plain JavaScript' },
  { name: 'jax-js-jit', title: 'jax-js on WebAssembly, the whole step under jit' },
];

const columns: readonly ColumnEntry[] = [...backends, ...baselines];

export const columnNames: readonly ColumnName[] = columns.map(({ name }) => name);

/** The title of a column; files of other versions may have columns that this one does not know. */
export const titleOf = (name: string): string => columns.find((each) => each.name === name)?.title ?? name;
