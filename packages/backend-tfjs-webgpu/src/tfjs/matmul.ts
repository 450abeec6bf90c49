import type { MatmulSizes } from '@nalu/core/graph';
import type { Environment, TensorInfo } from '@tensorflow/tfjs-core';
import type { Tfjs } from './tfjs.ts';

/** A matrix product as tfjs compiled it. Group 0 binds the result, A, B and the uniforms, in this order. */
export interface MatmulProgram {
  readonly pipeline: GPUComputePipeline;
  readonly uniforms: ArrayBuffer;
  readonly workgroups: readonly [number, number, number];
}

export interface MatmulRequest {
  readonly sizes: MatmulSizes;
  /** Rows of B in memory (columns when transposed): k, or more with zeros behind. */
  readonly paddedK: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Programs that tfjs has compiled for a device, by its own keys: one serves many sizes. */
export type MatmulPipelines = Record<string, Promise<GPUComputePipeline>>;

/** `MatMulPackedProgram` of tfjs: the one kind of program whose sums are in the same order for every number of matrices. */
const PACKED = 3;

/** Runs `f` with flags of tfjs, and sets them back before any other code can run. */
const withFlags = <T>(env: Environment, flags: Readonly<Record<string, number | boolean>>, f: () => T): T => {
  const before = Object.keys(flags).map((name) => [name, env.get(name)] as const);
  for (const [name, value] of Object.entries(flags)) env.set(name, value);
  try {
    return f();
  } finally {
    for (const [name, value] of before) env.set(name, value as number | boolean);
  }
};

interface Program {
  readonly dispatch: readonly [number, number, number];
  readonly pipeline: Promise<GPUComputePipeline>;
}

/**
 * A backend of tfjs that only compiles: its kernels find the methods of tfjs's own class, but tensors have no memory here and
 * no program runs.
 */
const compilingBackend = (
  tfjs: Tfjs,
  device: GPUDevice,
  pipelineCache: MatmulPipelines,
  onProgram: (program: Program) => void,
): object => {
  const { prototype } = tfjs.WebGPUBackend;
  const { runWebGPUProgram } = prototype as { runWebGPUProgram(program: Program, ...rest: unknown[]): TensorInfo };
  const ownMembers = {
    device,
    pipelineCache,
    adapterInfo: { isIntel: () => false },
    tensorMap: { get: () => ({ dtype: 'float32' }) },
    makeTensorInfo: (shape: number[], dtype: TensorInfo['dtype']): TensorInfo => ({ dataId: {}, shape, dtype }),
    uploadToGPU: () => {},
    incRef: () => {},
    disposeData: () => true,
    runWebGPUProgram(program: Program, ...rest: unknown[]): TensorInfo {
      const output = runWebGPUProgram.call(this, program, ...rest);
      onProgram(program);
      return output;
    },
  };
  return Object.assign(Object.create(prototype) as object, ownMembers);
};

type Field = readonly [kind: 'f32' | 'i32', values: readonly number[]];

/** Fields of a WGSL struct, each aligned as its type demands: vectors of 2 to 8 bytes, of 3 and 4 to 16. */
const packed = (fields: readonly Field[]): ArrayBuffer => {
  let length = 0;
  const offsets = fields.map(([, { length: count }]) => {
    const alignment = count === 1 ? 4 : count === 2 ? 8 : 16;
    const offset = Math.ceil(length / alignment) * alignment;
    length = offset + 4 * count;
    return offset;
  });
  const buffer = new ArrayBuffer(Math.ceil(length / 16) * 16);
  fields.forEach(([kind, values], i) => {
    const View = kind === 'f32' ? Float32Array : Int32Array;
    new View(buffer, offsets[i], values.length).set(values);
  });
  return buffer;
};

/** Shape and strides of three axes, as tfjs's programs read them. */
const shapeFields = ([batch, rows, columns]: readonly [number, number, number]): readonly Field[] => [
  ['i32', [batch, rows, columns]],
  ['i32', [rows * columns, columns]],
];

/** Lets tfjs's BatchMatMul write and compile the program of a product; its tensors and its queue are not used. */
export const compileMatmul = async (
  tfjs: Tfjs,
  device: GPUDevice,
  pipelines: MatmulPipelines,
  { sizes: { batch, m, n, k }, paddedK, transposeA, transposeB }: MatmulRequest,
): Promise<MatmulProgram> => {
  const programs: Program[] = [];
  const backend = compilingBackend(tfjs, device, pipelines, (program) => programs.push(program));
  const shapeA = transposeA ? ([batch, k, m] as const) : ([batch, m, k] as const);
  const tensor = (shape: readonly number[]): TensorInfo => ({ dataId: {}, shape: [...shape], dtype: 'float32' });
  const inputs = { a: tensor(shapeA), b: tensor(transposeB ? [batch, n, k] : [batch, k, n]) };
  withFlags(tfjs.env(), { WEBGPU_MATMUL_PROGRAM_TYPE: PACKED, WEBGPU_ENGINE_COMPILE_ONLY: true }, () => {
    tfjs.batchMatMul({ inputs, backend, attrs: { transposeA, transposeB } });
  });
  const [program] = programs;
  if (program === undefined || programs.length !== 1) throw new Error(`tfjs made ${programs.length} programs of one product.`);
  const shapeB = transposeB ? ([batch, n, paddedK] as const) : ([batch, paddedK, n] as const);
  const uniforms = packed([
    ['f32', [NaN]],
    ['f32', [Infinity]],
    ...shapeFields(shapeA),
    ...shapeFields(shapeB),
    ...shapeFields([batch, m, n]),
    ['i32', [m]],
    ['i32', [n]],
    ['i32', [k]],
  ]);
  return { pipeline: await program.pipeline, uniforms, workgroups: program.dispatch };
};
