import { outputShape, type Graph } from '../graph/graph.ts';
import type { FloatArray } from '../ops/row.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Backend, BackendInfo, Precision } from './contract.ts';
import { deviceBackend, type DeviceProgram, type ProgramReport } from './device.ts';
import { explainMemory } from './limits.ts';

/** Memory of a machine that the host can address: plain arrays, or blocks on a WebAssembly heap. */
export interface HostMemory<S> {
  /** @throws LimitError when there is no memory. */
  allocate(elements: number, precision: Precision): S;
  release(storage: S): void;
  /** A view for immediate use; it may be invalid after the next allocation. */
  view(storage: S): FloatArray;
}

/** A compiled graph for a machine that computes at once. */
export interface HostProgram<S> {
  /** Writes the outputs. Inputs and outputs are distinct storages. */
  run(inputs: readonly S[], outputs: readonly S[]): void;
  readonly report: ProgramReport;
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

const allocateAll = <S>({ info, memory }: HostMachine<S>, sizes: readonly number[], precision: Precision): readonly S[] => {
  const storages: S[] = [];
  try {
    for (const size of sizes) storages.push(memory.allocate(size, precision));
  } catch (error) {
    storages.forEach((storage) => memory.release(storage));
    throw explainMemory(error, info.name);
  }
  return storages;
};

const onQueue = <S>(machine: HostMachine<S>, program: HostProgram<S>, graph: Graph, precision: Precision): DeviceProgram<S> => {
  const sizes = graph.outputs.map((_, i) => sizeOf(outputShape(graph, i)));
  return {
    run: (inputs) => {
      const outputs = allocateAll(machine, sizes, precision);
      try {
        program.run(inputs, outputs);
      } catch (error) {
        outputs.forEach((storage) => machine.memory.release(storage));
        throw error;
      }
      return { outputs };
    },
    report: program.report,
    get workingBytes() {
      return program.workingBytes;
    },
    dispose: () => program.dispose(),
  };
};

/** Turns a machine that computes at once, in memory that the host can address, into a Backend. */
export const hostBackend = <S>(machine: HostMachine<S>): Backend => {
  const { info, memory } = machine;
  return deviceBackend<S>({
    info,
    memory: {
      upload: (data) => {
        const [storage] = allocateAll(machine, [data.length], data instanceof Float64Array ? 'f64' : 'f32');
        memory.view(storage!).set(data);
        return storage!;
      },
      release: (storage) => memory.release(storage),
      read: async (storages) => storages.map((storage) => memory.view(storage).slice()),
    },
    compile: async (graph, { precision }) => onQueue(machine, await machine.compile(graph, precision), graph, precision),
    sync: async () => {},
    failure: () => undefined,
    dispose: () => machine.dispose(),
  });
};
