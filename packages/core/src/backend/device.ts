import { ArgumentError, BufferError, DisposedError, LimitError } from '../errors.ts';
import { inputName, inputShape, outputShape, type Graph } from '../graph/graph.ts';
import { verify } from '../graph/verify.ts';
import type { FloatArray } from '../ops/row.ts';
import { sameShape, showShape, sizeOf, type Shape } from '../tensor/shape.ts';
import { Buffers, type Entry } from './buffers.ts';
import type { Backend, BackendInfo, DeviceBuffer, Executable, PlanReport, Precision } from './contract.ts';
import { fateOfStep, poisoned, SOUND, stepError } from './fate.ts';
import { explainMemory } from './limits.ts';

/** What a program says about itself; core adds the rest of the report. */
export type ProgramReport = Omit<PlanReport, 'backend' | 'precision' | 'compileMilliseconds'>;

/**
 * Memory of a machine that works through a queue. A storage `S` is a handle: a buffer of its own, a part of one, or a
 * counted reference. Each belongs to one buffer and is released once.
 */
export interface DeviceMemory<S> {
  /**
   * Copies values to the device. The array is the caller's again when this returns.
   *
   * @throws LimitError when the tensor is larger than the device allows (`assertTensorFits` words it).
   */
  upload(data: FloatArray, shape: Shape): S;
  /** Takes a storage back. Steps and reads enqueued before still find its values. */
  release(storage: S): void;
  /**
   * Copies of storages, which the caller owns, with one synchronisation for all. The copies are enqueued before this returns:
   * the storages may be released right after. Rejects when the device cannot give them; never hangs when it is lost.
   */
  read(storages: readonly S[]): Promise<FloatArray[]>;
}

/** An enqueued run of a program. */
export interface DeviceStep<S> {
  /** New storages for the outputs in the graph's order. A donated input may be among them, and then lives on as that output. */
  readonly outputs: readonly S[];
  /**
   * For machines that learn of failures later: resolves with the error of this run, or with undefined once it is known to be
   * well. The error poisons the outputs and what derives from them. Reads wait for it: it must also resolve when the device
   * is lost.
   */
  readonly failure?: Promise<Error | undefined>;
}

/** A compiled graph on a machine that works through a queue. */
export interface DeviceProgram<S> {
  /**
   * Allocates outputs and enqueues the graph behind everything enqueued before. Inputs that were donated at compile time may
   * be overwritten; core releases them afterwards, except those that it returns.
   *
   * @throws LimitError when outputs or working memory do not fit: nothing has happened then. Any other error poisons the
   *   outputs; what the program had allocated for them it must have released.
   */
  run(inputs: readonly S[]): DeviceStep<S>;
  readonly report: ProgramReport;
  /** The device's own time of the last run; rejects when the device is lost. */
  readonly deviceMilliseconds?: () => Promise<number | undefined>;
  /** Bytes held between runs, now. */
  readonly workingBytes: number;
  dispose(): void;
}

export interface DeviceCompileOptions {
  readonly precision: Precision;
  /** Inputs that every run consumes. */
  readonly donate: readonly number[];
}

/** What a machine that works through a queue offers. `deviceBackend` makes a backend of it. */
export interface DeviceMachine<S> {
  readonly info: BackendInfo;
  readonly memory: DeviceMemory<S>;
  compile(graph: Graph, options: DeviceCompileOptions): Promise<DeviceProgram<S>>;
  /** Resolves when everything enqueued so far has run, and also when the device is lost. */
  sync(): Promise<void>;
  /** The error of a device that is gone (`DeviceLostError`); from then on every call that needs the device fails with it. */
  failure(): Error | undefined;
  /** Called once, after all programs are disposed and all storages released. */
  dispose(): void | Promise<void>;
}

const checkPrecision = (info: BackendInfo, precision: Precision): void => {
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

const checkInput = (what: string, shape: Shape, precision: Precision, buffer: DeviceBuffer): void => {
  const problem = !sameShape(buffer.shape, shape)
    ? `has shape ${showShape(buffer.shape)}, but the graph was compiled for ${showShape(shape)}`
    : buffer.precision !== precision
      ? `is ${buffer.precision}, but the graph was compiled for ${precision}`
      : undefined;
  if (problem !== undefined) throw new ArgumentError(`${what} ${problem}.`);
};

const checkDonated = (names: readonly string[], donate: readonly number[], inputs: readonly DeviceBuffer[]): void => {
  const twice = donate.find((i) => inputs.indexOf(inputs[i]!) !== inputs.lastIndexOf(inputs[i]!));
  if (twice !== undefined) throw new BufferError(`${names[twice]} is donated, but the same buffer is passed twice.`);
};

/**
 * Turns a machine into a Backend. Ownership of buffers, checks, poisoning, donation, memory accounts, loss of the device and
 * disposal are the same for all machines and live here.
 */
export const deviceBackend = <S>(machine: DeviceMachine<S>): Backend => {
  const { info, memory } = machine;
  const buffers = new Buffers<S>(info.name);
  const programs = new Set<DeviceProgram<S>>();
  let disposal: Promise<void> | undefined;

  const assertOpen = (what: string): void => {
    if (disposal !== undefined)
      throw new DisposedError(`The backend "${info.name}" was disposed; ${what} is not possible any more. Create a new backend.`);
  };

  const assertUsable = (what: string): void => {
    assertOpen(what);
    const failure = machine.failure();
    if (failure !== undefined) throw failure;
  };

  const release = ({ storage }: Entry<S>): void => {
    // A lost device has taken its memory along.
    if (storage !== undefined && machine.failure() === undefined) memory.release(storage);
  };

  const enqueue = (
    program: DeviceProgram<S>,
    given: readonly Entry<S>[],
    outputCount: number,
  ): { readonly step: DeviceStep<S>; readonly outputs: readonly Entry<S>[] } => {
    const fates = given.map((entry) => entry.fate);
    const failed = (error: Error) => {
      const entry: Entry<S> = { storage: undefined, fate: poisoned(error) };
      return { step: { outputs: [] }, outputs: Array.from({ length: outputCount }, () => entry) };
    };
    const poison = fates.find((fate) => fate.error !== undefined)?.error;
    if (poison !== undefined) return failed(poison);
    try {
      const step = program.run(given.map((entry) => entry.storage!));
      const fate = fateOfStep(fates, step.failure, info.name);
      return { step, outputs: step.outputs.map((storage) => ({ storage, fate })) };
    } catch (error) {
      if (error instanceof LimitError) throw error;
      const failure = machine.failure();
      if (failure !== undefined) throw failure;
      return failed(stepError(error, info.name));
    }
  };

  const executable = (
    graph: Graph,
    program: DeviceProgram<S>,
    { precision, donate }: DeviceCompileOptions,
    compileMilliseconds: number,
  ): Executable => {
    const names = graph.inputs.map((_, i) => `Input ${i} ("${inputName(graph, i)}")`);
    const inputShapes = graph.inputs.map((_, i) => inputShape(graph, i));
    const outputShapes = graph.outputs.map((_, i) => outputShape(graph, i));
    let live = true;
    const check = (inputs: readonly DeviceBuffer[]): readonly Entry<S>[] => {
      assertUsable('running');
      if (!live) throw new DisposedError('This executable was disposed. Compile the graph again.');
      if (inputs.length !== inputShapes.length)
        throw new ArgumentError(`The graph takes ${inputShapes.length} inputs, but ${inputs.length} were given.`);
      const entries = inputs.map((buffer, i) => {
        const entry = buffers.get(buffer, names[i]!);
        checkInput(names[i]!, inputShapes[i]!, precision, buffer);
        return entry;
      });
      checkDonated(names, donate, inputs);
      return entries;
    };
    const { deviceMilliseconds } = program;
    const timed = async (read: () => Promise<number | undefined>): Promise<number | undefined> => {
      assertUsable('timing');
      if (!live) throw new DisposedError('This executable was disposed. Compile the graph again.');
      const [result] = await Promise.allSettled([read()]);
      assertUsable('timing');
      if (result.status === 'rejected') throw stepError(result.reason, info.name);
      return result.value;
    };
    return {
      ...(deviceMilliseconds === undefined ? {} : { deviceMilliseconds: () => timed(deviceMilliseconds) }),
      report: { ...program.report, backend: info.name, precision, compileMilliseconds },
      run: (inputs) => {
        const { step, outputs } = enqueue(program, check(inputs), outputShapes.length);
        for (const i of donate) {
          const entry = buffers.remove(inputs[i]!, names[i]!);
          if (!(step.outputs as readonly unknown[]).includes(entry.storage)) release(entry);
        }
        return outputs.map((entry, i) => buffers.add(outputShapes[i]!, precision, entry));
      },
      dispose: () => {
        if (!live) return;
        live = false;
        if (programs.delete(program)) program.dispose();
      },
    };
  };

  const close = async (): Promise<void> => {
    for (const program of programs) program.dispose();
    programs.clear();
    for (const buffer of buffers.all()) release(buffers.remove(buffer, 'The buffer'));
    await machine.dispose();
  };

  return {
    info,
    compile: async (graph, { precision = 'f32', donate = [] } = {}) => {
      assertUsable('compiling');
      checkPrecision(info, precision);
      verify(graph);
      checkDonate(graph, donate);
      const start = performance.now();
      const program = await machine.compile(graph, { precision, donate }).catch((error: unknown) => {
        assertUsable('compiling');
        throw explainMemory(error, info.name);
      });
      try {
        assertUsable('compiling');
      } catch (error) {
        program.dispose();
        throw error;
      }
      programs.add(program);
      return executable(graph, program, { precision, donate }, performance.now() - start);
    },
    upload: (data, shape) => {
      assertUsable('uploading');
      const wrong = shape.find((length) => !Number.isSafeInteger(length) || length < 0);
      if (wrong !== undefined)
        throw new ArgumentError(`The lengths of a shape are whole numbers, but ${showShape(shape)} has ${wrong}.`);
      if (data.length !== sizeOf(shape)) {
        throw new ArgumentError(
          `A buffer of shape ${showShape(shape)} holds ${sizeOf(shape)} numbers, but ${data.length} were given.`,
        );
      }
      const precision = data instanceof Float64Array ? 'f64' : 'f32';
      checkPrecision(info, precision);
      try {
        return buffers.add(shape, precision, { storage: memory.upload(data, shape), fate: SOUND });
      } catch (error) {
        throw machine.failure() ?? explainMemory(error, info.name);
      }
    },
    read: async (...wanted) => {
      assertUsable('reading');
      const entries = wanted.map((buffer, i) => buffers.get(buffer, `Buffer ${i}`));
      const fates = entries.map((entry) => entry.fate);
      const assertSound = (): void => {
        const error = fates.find((fate) => fate.error !== undefined)?.error;
        if (error !== undefined) throw error;
      };
      assertSound();
      const reading = Promise.allSettled([memory.read(entries.map((entry) => entry.storage!))]);
      await Promise.all(fates.map((fate) => fate.pending));
      const [result] = await reading;
      assertUsable('reading');
      assertSound();
      if (result.status === 'rejected') throw stepError(result.reason, info.name);
      return result.value;
    },
    free: (buffer) => {
      assertOpen('freeing');
      release(buffers.remove(buffer, 'The buffer'));
    },
    sync: async () => {
      assertUsable('syncing');
      const [result] = await Promise.allSettled([machine.sync()]);
      assertUsable('syncing');
      if (result.status === 'rejected') throw stepError(result.reason, info.name);
    },
    memory: () => ({
      buffers: buffers.count,
      bytes: buffers.bytes,
      working: [...programs].reduce((total, program) => total + program.workingBytes, 0),
    }),
    dispose: () => (disposal ??= close()),
  };
};
