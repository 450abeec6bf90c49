import { checkContract } from '../backend/checkContract.ts';
import { CONTRACT_VERSION, type Backend, type BackendInfo, type PlanReport, type Precision } from '../backend/contract.ts';
import { deviceBackend, type DeviceMachine, type DeviceProgram } from '../backend/device.ts';
import { ArgumentError } from '../errors.ts';
import { inputName, type Graph } from '../graph/graph.ts';
import { hashGraph } from '../graph/hash.ts';
import { checkOptionNames } from '../options.ts';
import type { NodeWorker, PageWorker } from './connection.ts';
import { Lane, type WorkerLoss } from './lane.ts';
import { blameless, newStep, nextId, type Program } from './part.ts';
import { sharesOf, type Share } from './shares.ts';
import { computed, partIn, readAll, release, uploaded, type Sharded } from './tensors.ts';
import { warn } from './warn.ts';

export interface ShardedOptions {
  /**
   * Starts a worker whose script calls `serveBackend`, such as `new Worker(new URL('@nalu/backend-js/worker', import.meta.url),
   * { type: 'module' })` in a page. It is called again when a worker has died.
   */
  readonly start: () => NodeWorker | PageWorker;
  /** How many. Default: one for each processor. */
  readonly workers?: number;
  /** For the `createBackend` of the workers: plain data. */
  readonly options?: unknown;
  /** Told of every worker that died. Default: a warning of the process in Node, of the console in a page. */
  readonly onWorkerLost?: (loss: WorkerLoss) => void;
}

export interface ShardedBackend extends Backend {
  /** The workers that died so far, and whose shares were done again. */
  readonly losses: readonly WorkerLoss[];
}

interface Globals {
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly process?: { getBuiltinModule?(name: 'node:os'): { availableParallelism(): number } };
}

const processors = (): number => {
  const { navigator, process } = globalThis as unknown as Globals;
  return process?.getBuiltinModule?.('node:os').availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Bytes of all workers together; a tensor that all members share is there once in each. */
const memoryOf = (reports: readonly PlanReport[]): PlanReport['memory'] => {
  const total = (name: keyof PlanReport['memory']): number => sum(reports.map(({ memory }) => memory[name]));
  return { inputs: total('inputs'), outputs: total('outputs'), working: total('working'), peak: total('peak') };
};

/** What messages call a graph: a part of its hash, and its inputs. */
const nameOf = (graph: Graph): string => {
  const names = graph.inputs.map((_, i) => `"${inputName(graph, i)}"`);
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `the graph ${hashGraph(graph).slice(0, 8)} (of ${names.slice(0, 3).join(', ')}${more})`;
};

const programOf = ({ graph, first, last }: Share, name: string, precision: Precision): Program => ({
  id: nextId(),
  graph,
  precision,
  title: last === 0 ? name : `${name} for the members ${first} to ${last - 1}`,
  blame: blameless(),
  runs: 0,
  working: 0,
  dropped: false,
});

const compile = async (lanes: readonly Lane[], graph: Graph, precision: Precision): Promise<DeviceProgram<Sharded>> => {
  const name = nameOf(graph);
  const shares = sharesOf(graph, lanes.length).map((share) => ({
    ...share,
    lane: lanes[share.worker]!,
    program: programOf(share, name, precision),
  }));
  const drop = (): void => shares.forEach(({ lane, program }) => lane.drop(program));
  const compiled = await Promise.allSettled(shares.map(({ lane, program }) => lane.compile(program)));
  const failed = compiled.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    drop();
    throw failed.reason;
  }
  const reports = compiled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const { steps, scan } = reports[0]!;
  return {
    report: { steps, scan, memory: memoryOf(reports) },
    get workingBytes() {
      return sum(shares.map(({ program }) => program.working));
    },
    run: (tensors) => {
      const runs = shares.map(({ lane, program, inputs, outputs }) => {
        const parts = tensors.map((tensor, i) => partIn(tensor, lane, inputs[i]!));
        const step = newStep(
          program,
          parts,
          outputs.map(({ shape }) => shape),
        );
        lane.run(step);
        return { lane, outputs, step };
      });
      return {
        outputs: graph.outputs.map((_, i) =>
          computed(
            precision,
            runs.map(({ lane, outputs, step }) => ({ lane, place: outputs[i]!, part: step.outputs[i]! })),
          ),
        ),
      };
    },
    dispose: drop,
  };
};

const infoOf = (inner: BackendInfo, workers: number): BackendInfo => ({
  ...inner,
  device: `${inner.device}, in ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
  threads: inner.threads * workers,
});

const isCloneable = (value: unknown): boolean => {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
};

const checkOptions = ({ start, options }: ShardedOptions, workers: number): void => {
  if (typeof start !== 'function') throw new ArgumentError('shardedBackend needs start: a function that starts a worker.');
  if (!(Number.isInteger(workers) && workers >= 1))
    throw new ArgumentError(`workers must be a whole number, at least 1, but it is ${String(workers)}.`);
  if (!isCloneable(options))
    throw new ArgumentError('options are sent to the workers, so they must be plain data, without functions.');
};

/**
 * A backend whose work is done by workers, each with a backend of its own. A population is divided into shares of nearly equal
 * size, one for each worker; its buffers stay there, and are put together when they are read. A graph without a population is
 * computed by the first worker. Results are equal to the bit for any number of workers.
 *
 * When a worker dies, another one takes its place and does again what was lost, with the same results. For that the host keeps
 * what was uploaded as long as something derives from it, and a copy of the results of every 64th step.
 *
 * @throws ArgumentError for options that do not fit; BackendUnavailableError when the workers do not start, or their backend
 * cannot run there. A step over which three workers in a row die gives a WorkerDiedError.
 */
export const shardedBackend = async (given: ShardedOptions): Promise<ShardedBackend> => {
  if (typeof given !== 'object' || given === null)
    throw new ArgumentError('shardedBackend needs options: { start }, a function that starts a worker.');
  checkOptionNames('shardedBackend', given, { start: true, workers: true, options: true, onWorkerLost: true });
  const { start, workers = processors(), options, onWorkerLost = warn } = given;
  checkOptions(given, workers);
  const losses: WorkerLoss[] = [];
  let broken: Error | undefined;
  const onLost = (loss: WorkerLoss): void => {
    losses.push(loss);
    onWorkerLost(loss);
  };
  const lanes = Array.from(
    { length: workers },
    (_, index) => new Lane({ index, start, options, onLost, onBroken: (error) => (broken ??= error) }),
  );
  const close = async (): Promise<void> => {
    await Promise.all(lanes.map((lane) => lane.close()));
  };
  const inners = await Promise.all(lanes.map((lane) => lane.open())).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const info = infoOf(inners[0]!, workers);
  checkContract(info, CONTRACT_VERSION);
  const machine: DeviceMachine<Sharded> = {
    info,
    memory: { upload: (data) => uploaded(data.slice()), release, read: (tensors) => readAll(tensors) },
    compile: (graph, { precision }) => compile(lanes, graph, precision),
    sync: async () => {
      await Promise.all(lanes.map((lane) => lane.read([])));
    },
    failure: () => broken,
    dispose: close,
  };
  return { ...deviceBackend(machine), losses };
};
