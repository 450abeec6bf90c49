import { ArgumentError, BackendUnavailableError, BufferError, DisposedError, ExecutionError } from '../errors.ts';
import { inputName, inputShape, outputShape, type Graph } from '../graph/graph.ts';
import { verify } from '../graph/verify.ts';
import type { FloatArray } from '../ops/row.ts';
import { sameShape, showShape, sizeOf, type Shape } from '../tensor/shape.ts';
import {
  bytesPerNumber,
  type Backend,
  type BackendInfo,
  type CompileOptions,
  type DeviceBuffer,
  type Executable,
  type PlanReport,
  type Precision,
} from './contract.ts';

/** Memory of a machine that the host can address: plain arrays, or blocks on a WebAssembly heap. */
export interface HostMemory<S> {
  allocate(elements: number, precision: Precision): S;
  release(storage: S): void;
  /** A view for immediate use; it may be invalid after the next allocation. */
  view(storage: S): FloatArray;
}

/** A compiled graph for a machine that computes at once. */
export interface HostProgram<S> {
  /** Writes the outputs. Inputs and outputs are distinct storages. */
  run(inputs: readonly S[], outputs: readonly S[]): void;
  readonly report: Omit<PlanReport, 'backend' | 'precision' | 'compileMilliseconds'>;
  /** Bytes held between runs. */
  readonly workingBytes: number;
  dispose(): void;
}

export interface HostMachine<S> {
  readonly info: BackendInfo;
  readonly memory: HostMemory<S>;
  compile(graph: Graph, precision: Precision): Promise<HostProgram<S>>;
  dispose(): void;
}

interface Entry<S> {
  readonly storage: S;
  /** The error of the step that should have computed this buffer. */
  readonly poison: Error | undefined;
}

class HostBuffer implements DeviceBuffer {
  readonly id: number;
  readonly shape: Shape;
  readonly precision: Precision;
  readonly backend: string;

  constructor(id: number, shape: Shape, precision: Precision, backend: string) {
    this.id = id;
    this.shape = shape;
    this.precision = precision;
    this.backend = backend;
  }
}

/** Engines say that there is no memory for an array by a RangeError about its length or its allocation. */
const explained = (error: unknown, backend: string): unknown =>
  error instanceof RangeError && /array/i.test(error.message)
    ? new ExecutionError(
        `The backend "${backend}" has no memory for that (${error.message}). Use smaller batches, populations or shapes.`,
        { cause: error },
      )
    : error;

let nextId = 1;

/**
 * Turns a machine that computes at once into a Backend: ownership of buffers, checks, poisoning, donation, memory accounts
 * and disposal are the same for all of them and live here.
 */
export const hostBackend = <S>(machine: HostMachine<S>): Backend => {
  const { info, memory } = machine;
  const entries = new Map<DeviceBuffer, Entry<S>>();
  const released = new WeakSet<DeviceBuffer>();
  const programs = new Set<HostProgram<S>>();
  let bytes = 0;
  let disposed = false;

  const assertLive = (what: string): void => {
    if (disposed)
      throw new DisposedError(`The backend "${info.name}" was disposed; ${what} is not possible any more. Create a new backend.`);
  };

  const bytesOf = (buffer: DeviceBuffer): number => sizeOf(buffer.shape) * bytesPerNumber[buffer.precision];

  const entryOf = (buffer: DeviceBuffer, what: string): Entry<S> => {
    const entry = entries.get(buffer);
    if (entry !== undefined) return entry;
    if (released.has(buffer))
      throw new BufferError(`${what} was freed or donated before. Keep buffers that you still need out of free() and donate.`);
    throw new BufferError(
      `${what} belongs to another backend ("${buffer?.backend ?? 'unknown'}") or is no buffer. Read it there and upload it here.`,
    );
  };

  const own = (shape: Shape, precision: Precision, storage: S, poison?: Error): DeviceBuffer => {
    const buffer = new HostBuffer(nextId++, shape, precision, info.name);
    entries.set(buffer, { storage, poison });
    bytes += bytesOf(buffer);
    return buffer;
  };

  const disown = (buffer: DeviceBuffer, what: string): void => {
    memory.release(entryOf(buffer, what).storage);
    entries.delete(buffer);
    released.add(buffer);
    bytes -= bytesOf(buffer);
  };

  const allocate = (shapes: readonly Shape[], precision: Precision): readonly S[] => {
    const storages: S[] = [];
    try {
      for (const shape of shapes) storages.push(memory.allocate(sizeOf(shape), precision));
    } catch (error) {
      storages.forEach((storage) => memory.release(storage));
      throw explained(error, info.name);
    }
    return storages;
  };

  const executable = (
    graph: Graph,
    program: HostProgram<S>,
    precision: Precision,
    donate: readonly number[],
    compileMilliseconds: number,
  ): Executable => {
    const inputShapes = graph.inputs.map((_, i) => inputShape(graph, i));
    const outputShapes = graph.outputs.map((_, i) => outputShape(graph, i));
    let live = true;
    const check = (inputs: readonly DeviceBuffer[]): readonly Entry<S>[] => {
      assertLive('running');
      if (!live) throw new DisposedError('This executable was disposed. Compile the graph again.');
      if (inputs.length !== inputShapes.length)
        throw new ArgumentError(`The graph takes ${inputShapes.length} inputs, but ${inputs.length} were given.`);
      return inputs.map((buffer, i) => {
        const what = `Input ${i} ("${inputName(graph, i)}")`;
        const entry = entryOf(buffer, what);
        if (!sameShape(buffer.shape, inputShapes[i]!)) {
          throw new ArgumentError(
            `${what} has shape ${showShape(buffer.shape)}, but the graph was compiled for ${showShape(inputShapes[i]!)}.`,
          );
        }
        if (buffer.precision !== precision)
          throw new ArgumentError(`${what} is ${buffer.precision}, but the graph was compiled for ${precision}.`);
        return entry;
      });
    };
    const checkDonated = (inputs: readonly DeviceBuffer[]): void => {
      const twice = donate.find((i) => inputs.indexOf(inputs[i]!) !== inputs.lastIndexOf(inputs[i]!));
      if (twice !== undefined)
        throw new BufferError(`Input ${twice} ("${inputName(graph, twice)}") is donated, but the same buffer is passed twice.`);
    };
    return {
      report: { ...program.report, backend: info.name, precision, compileMilliseconds },
      run: (inputs) => {
        const given = check(inputs);
        checkDonated(inputs);
        const outputs = allocate(outputShapes, precision);
        let poison = given.find((entry) => entry.poison !== undefined)?.poison;
        if (poison === undefined) {
          try {
            program.run(
              given.map((entry) => entry.storage),
              outputs,
            );
          } catch (error) {
            const message = error instanceof Error ? error.message : String(error);
            poison = new ExecutionError(`A step of the graph failed on the backend "${info.name}": ${message}`, { cause: error });
          }
        }
        for (const i of donate) disown(inputs[i]!, `Input ${i}`);
        return outputs.map((storage, i) => own(outputShapes[i]!, precision, storage, poison));
      },
      dispose: () => {
        if (!live) return;
        live = false;
        programs.delete(program);
        program.dispose();
      },
    };
  };

  const checkPrecision = (precision: Precision): void => {
    if (!info.precisions.includes(precision)) {
      throw new ArgumentError(
        `The backend "${info.name}" computes in ${info.precisions.join(' and ')}, not in ${precision}. Use another backend or precision.`,
      );
    }
  };

  const checkDonate = (graph: Graph, donate: readonly number[]): void => {
    const wrong = donate.find((i) => !(Number.isInteger(i) && i >= 0 && i < graph.inputs.length));
    if (wrong !== undefined)
      throw new ArgumentError(`donate names input ${wrong}, but the graph has inputs 0 to ${graph.inputs.length - 1}.`);
  };

  return {
    info,
    compile: async (graph, { precision = 'f32', donate = [] }: CompileOptions = {}) => {
      assertLive('compiling');
      checkPrecision(precision);
      verify(graph);
      checkDonate(graph, donate);
      const start = performance.now();
      const program = await machine.compile(graph, precision).catch((error: unknown) => {
        throw explained(error, info.name);
      });
      programs.add(program);
      return executable(graph, program, precision, donate, performance.now() - start);
    },
    upload: (data, shape) => {
      assertLive('uploading');
      if (data.length !== sizeOf(shape)) {
        throw new ArgumentError(
          `A buffer of shape ${showShape(shape)} holds ${sizeOf(shape)} numbers, but ${data.length} were given.`,
        );
      }
      const precision = data instanceof Float64Array ? 'f64' : 'f32';
      checkPrecision(precision);
      const [storage] = allocate([shape], precision);
      memory.view(storage!).set(data);
      return own(shape, precision, storage!);
    },
    read: async (...buffers) => {
      assertLive('reading');
      return buffers.map((buffer, i) => {
        const { storage, poison } = entryOf(buffer, `Buffer ${i}`);
        if (poison !== undefined) throw poison;
        return memory.view(storage).slice();
      });
    },
    free: (buffer) => {
      assertLive('freeing');
      disown(buffer, 'The buffer');
    },
    sync: async () => assertLive('syncing'),
    memory: () => ({
      buffers: entries.size,
      bytes,
      working: [...programs].reduce((total, program) => total + program.workingBytes, 0),
    }),
    dispose: async () => {
      if (disposed) return;
      for (const program of programs) program.dispose();
      programs.clear();
      for (const buffer of [...entries.keys()]) disown(buffer, 'The buffer');
      disposed = true;
      machine.dispose();
    },
  };
};

/** Rejects a backend that was made for another version of the contract. */
export const checkContract = (info: Pick<BackendInfo, 'name' | 'contract'>, expected: number): void => {
  if (info.contract !== expected) {
    throw new BackendUnavailableError(
      info.name,
      `it was made for version ${info.contract} of the backend contract, but this copy of @nalu/core has version ${expected}.`,
      'Install versions of both packages that were released together.',
    );
  }
};
