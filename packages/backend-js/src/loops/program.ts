import { bytesPerNumber, type HostMemory, type HostProgram, type PlanReport, type Precision } from '@nalu/core/backend';
import {
  graphKey,
  hoistInvariants,
  inlineCalls,
  inputShape,
  outputShape,
  simplify,
  sizeOf,
  type FloatArray,
  type Graph,
} from '@nalu/core/graph';
import { planGraph, statementsOf, type GraphPlan } from '@nalu/core/loops';
import { EXP } from './exponential.ts';
import { ROOMY, TIGHT, type Settings } from './settings.ts';
import { writeProgram, type ProgramSource } from './source.ts';

type Main = (arrays: readonly FloatArray[], lengths: readonly number[]) => void;

/**
 * Longest function, in characters, that V8 still optimises: it gives up above 60 KiB of bytecode, and this generator's text
 * makes about half a byte of bytecode per character.
 */
const LONGEST = 100_000;

/** A program with more statements than this is longer for sure: it need not be written to be sure. */
const MOST_STATEMENTS = 4000;

/** True where the page's or process's security policy lets code be generated. */
export const canGenerateCode = (): boolean => {
  try {
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
};

export interface LoopOptions {
  /** How far to unroll. Default: far, unless that makes a function too long for V8 to optimise. */
  readonly settings?: Settings;
}

/** A graph made ready for `writeProgram`. */
interface Written {
  readonly graph: Graph;
  readonly plan: GraphPlan;
  readonly source: ProgramSource;
}

const write = (graph: Graph, plan: GraphPlan, precision: Precision, settings: Settings): Written => ({
  graph,
  plan,
  source: writeProgram(graph, plan, precision, settings),
});

/** The generated source of a graph: one function where that is short enough for V8, a function per region otherwise. */
export const generate = (graph: Graph, precision: Precision, { settings }: LoopOptions = {}): Written => {
  const prepared = simplify(hoistInvariants(inlineCalls(graph)));
  const planFor = (chosen: Settings): GraphPlan => planGraph(prepared, { settings: chosen, isKernel: () => false });
  if (settings !== undefined) return write(prepared, planFor(settings), precision, settings);
  const roomy = planFor(ROOMY);
  if (statementsOf(roomy) <= MOST_STATEMENTS) {
    const written = write(prepared, roomy, precision, ROOMY);
    if (written.source.longest <= LONGEST) return written;
  }
  return write(prepared, planFor(TIGHT), precision, TIGHT);
};

/** A generated program and its machine code. */
interface Compiled extends Written {
  readonly main: Main;
}

const compileGraph = (graph: Graph, precision: Precision, options: LoopOptions): Compiled => {
  const written = generate(graph, precision, options);
  return { ...written, main: new Function('EXP', written.source.code)(EXP) as Main };
};

/** What was compiled lately, by what it computes; the one used longest ago goes first. */
const compiled = new Map<string, Compiled>();
const KEPT = 64;

const compileOnce = (graph: Graph, precision: Precision, options: LoopOptions): Compiled => {
  if (options.settings !== undefined) return compileGraph(graph, precision, options);
  const key = `${precision} ${graphKey(graph)}`;
  const program = compiled.get(key) ?? compileGraph(graph, precision, options);
  compiled.delete(key);
  compiled.set(key, program);
  if (compiled.size > KEPT) compiled.delete(compiled.keys().next().value!);
  return program;
};

const hasScan = (graph: Graph): boolean => graph.nodes.some((node) => node.op === 'scan');

const reportOf = (
  { graph, plan, source }: Written,
  precision: Precision,
): Omit<PlanReport, 'backend' | 'precision' | 'compileMilliseconds'> => {
  const width = bytesPerNumber[precision];
  const inputs = width * graph.inputs.reduce((total, _, i) => total + sizeOf(inputShape(graph, i)), 0);
  const outputs = width * graph.outputs.reduce((total, _, i) => total + sizeOf(outputShape(graph, i)), 0);
  const fixed = width * source.pool.length + 8 * source.accumulators;
  return {
    steps: source.steps,
    memory: { inputs, outputs, working: width * plan.length + fixed, peak: inputs + outputs + width * plan.peak + fixed },
    scan: hasScan(graph) ? 'native' : 'none',
  };
};

/**
 * Compiles a graph to generated JavaScript loops over the memory of a machine. Nothing is allocated while it runs.
 */
export const loopProgram = <S>(
  graph: Graph,
  precision: Precision,
  memory: HostMemory<S>,
  options: LoopOptions = {},
): HostProgram<S> => {
  const program = compileOnce(graph, precision, options);
  const { plan, source, main } = program;
  const arena = memory.allocate(plan.length, precision);
  const pool = memory.allocate(source.pool.length, precision);
  memory.view(pool).set(source.pool);
  const accumulators = new Float64Array(source.accumulators);
  const arrays: FloatArray[] = [];
  let inputs: readonly S[] = [];
  let outputs: readonly S[] = [];
  const take = (): void => {
    arrays[0] = memory.view(arena);
    arrays[1] = memory.view(pool);
    arrays[2] = accumulators;
    for (let i = 0; i < inputs.length; i++) arrays[3 + i] = memory.view(inputs[i]!);
    for (let i = 0; i < outputs.length; i++) arrays[3 + inputs.length + i] = memory.view(outputs[i]!);
  };
  return {
    run: (given, results) => {
      inputs = given;
      outputs = results;
      take();
      main(arrays, source.lengths);
    },
    report: reportOf(program, precision),
    workingBytes: bytesPerNumber[precision] * (plan.length + source.pool.length) + 8 * source.accumulators,
    dispose: () => {
      memory.release(arena);
      memory.release(pool);
      inputs = [];
      outputs = [];
      arrays.length = 0;
    },
  };
};
