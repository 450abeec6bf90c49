import type { Backend, Executable, Precision } from '../backend/contract.ts';
import { ArgumentError } from '../errors.ts';
import { inputShape, type Graph } from '../graph/graph.ts';
import { verify } from '../graph/verify.ts';
import type { Module } from '../modules/contract.ts';
import type { FloatArray } from '../ops/row.ts';
import { uniform } from '../random/uniform.ts';
import { sizeOf } from '../tensor/shape.ts';
import { fullBatch, type Rows } from '../training/batches.ts';
import { guessedTime } from '../training/chunks.ts';
import { checkWhole } from '../training/checkOptions.ts';
import { initialState } from '../training/initialState.ts';
import type { TrainerOptions } from '../training/job.ts';
import { mse } from '../training/losses.ts';
import { adam } from '../training/optimisers.ts';
import { toPrecision } from '../training/pool.ts';
import { stateLayout } from '../training/recipe.ts';
import { chunkGraph, traceStep } from '../training/stepGraph.ts';
import { createTrainer } from '../training/trainer.ts';
import { expectedOf, type Expected } from './judge.ts';

/** What is measured, on one backend. */
export interface Subject {
  /** The results to judge, from one first call. */
  first(): Promise<readonly FloatArray[]>;
  /** The fewest runs or steps to measure at once. */
  readonly grain: number;
  /** So many runs or steps; resolves when the device has done them. */
  run(count: number): Promise<void>;
  readonly compileMilliseconds: number;
  readonly executables: readonly Executable[];
  dispose(): void;
}

/** Something to measure on several backends. */
export interface Workload {
  /** For messages: `a run of the graph`, `a training step of nalu, batch 128`. */
  readonly what: string;
  readonly expected: () => Expected;
  readonly start: (backend: Backend) => Promise<Subject>;
}

export interface WorkloadOptions {
  /** Values of the graph's inputs. Default: seeded uniform numbers from 0.5 to 1.5, where most functions are at home. */
  readonly inputs?: readonly FloatArray[];
  /** Rows per training step of a module. Default: 128. */
  readonly batch?: number;
  /** Members trained side by side, of a module. Default: 1. */
  readonly population?: number;
  /** Default: 0. */
  readonly seed?: number;
  /** Default: 'f32'. */
  readonly precision?: Precision;
}

/** Stream of the numbers that stand in for data. */
const STREAM = 0;

const someNumbers = (seed: number, index: number, count: number): FloatArray =>
  Float64Array.from(uniform(seed, index, STREAM, 0, count), (value) => value + 0.5);

const checkInputs = (graph: Graph, inputs: readonly FloatArray[]): void => {
  if (inputs.length !== graph.inputs.length)
    throw new ArgumentError(`The graph takes ${graph.inputs.length} inputs, but ${inputs.length} were given.`);
};

const runsOfGraph = (graph: Graph, { inputs, seed = 0, precision = 'f32' }: WorkloadOptions): Workload => {
  verify(graph);
  const given = inputs ?? graph.inputs.map((_, i) => someNumbers(seed, i, sizeOf(inputShape(graph, i))));
  checkInputs(graph, given);
  const rounded = given.map((values) => toPrecision(values, precision));
  return {
    what: 'a run of the graph',
    expected: () => expectedOf(graph, rounded, precision),
    start: async (backend) => {
      const executable = await backend.compile(graph, { precision });
      const buffers = rounded.map((values, i) => backend.upload(values, inputShape(graph, i)));
      const free = (all: typeof buffers): void => all.forEach((buffer) => backend.free(buffer));
      return {
        grain: 1,
        first: async () => {
          const outputs = executable.run(buffers);
          const values = await backend.read(...outputs);
          free([...outputs]);
          return values;
        },
        run: async (count) => {
          for (let i = 0; i < count; i++) free([...executable.run(buffers)]);
          await backend.sync();
        },
        compileMilliseconds: executable.report.compileMilliseconds,
        executables: [executable],
        dispose: () => {
          free(buffers);
          executable.dispose();
        },
      };
    },
  };
};

/** Steps that are compared with the oracle: the second one starts from moments that are not zero. */
const CHECKED_STEPS = 2;

/** Milliseconds of sixteen steps, guessed, up to which they run as one loop. */
const LONGEST_GUESS = 50;

const stepsOfModule = (
  module: Module,
  { batch = 128, population = 1, seed = 0, precision = 'f32' }: WorkloadOptions,
): Workload => {
  checkWhole('batch', batch, 1);
  checkWhole('population', population, 1);
  const rows: Rows = {
    x: { shape: [batch, module.inputs], data: someNumbers(seed, 0, batch * module.inputs) },
    y: { shape: [batch, module.outputs], data: someNumbers(seed, 1, batch * module.outputs) },
  };
  const recipe: Omit<TrainerOptions, 'backend'> = {
    module,
    loss: mse(),
    optimiser: adam({ learningRate: 0.001 }),
    source: fullBatch(rows),
    seed,
    population,
    precision,
  };
  const layout = stateLayout(recipe);
  const stepGraph = traceStep(recipe, layout);
  // Training runs loops of steps; single steps, each waited for, would teach the trainer that they are slow.
  const grain = 16 * guessedTime(stepGraph.graph, population) <= LONGEST_GUESS ? 16 : 1;
  return {
    what: `a training step of ${module.name}, batch ${batch}${population === 1 ? '' : `, ${population} members`}`,
    expected: () => {
      const graph = chunkGraph(stepGraph, layout, population, CHECKED_STEPS, false);
      const state = initialState(layout, seed, { population, firstMember: 0 }, new Map());
      const members = Float64Array.from({ length: population }, (_, member) => member);
      const inputs = [...layout.leaves.map(({ name }) => state.get(name)!.data), rows.x.data, rows.y.data, members];
      const all = expectedOf(
        graph,
        inputs.map((values) => toPrecision(values, precision)),
        precision,
      );
      const params = layout.params.length;
      return {
        values: all.values.slice(0, params),
        tolerances: all.tolerances.slice(0, params),
        known: all.known.slice(0, params),
      };
    },
    start: async (backend) => {
      const trainer = createTrainer({ ...recipe, backend });
      return {
        grain,
        first: async () => {
          await trainer.run(CHECKED_STEPS);
          const parameters = await trainer.parameters();
          return layout.params.map(({ path }) => parameters.get(path)!.data);
        },
        run: (count) => trainer.run(count),
        get compileMilliseconds() {
          return trainer.compileMilliseconds;
        },
        get executables() {
          return trainer.executables.map(({ executable }) => executable);
        },
        dispose: () => trainer.dispose(),
      };
    },
  };
};

/** A graph is measured as it is; a module by training steps: mean squared error, Adam, a full batch. */
export const workloadOf = (subject: Graph | Module, options: WorkloadOptions): Workload =>
  'nodes' in subject ? runsOfGraph(subject, options) : stepsOfModule(subject, options);
