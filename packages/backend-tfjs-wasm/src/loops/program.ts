import { LimitError } from '@nalu/core';
import { bytesPerNumber, type PlanReport, type PlanStep } from '@nalu/core/backend';
import {
  fixed,
  hoistInvariants,
  inlineCalls,
  inputShape,
  outputShape,
  simplify,
  sizeOf,
  times,
  variable,
  type Affine,
  type Graph,
  type NodeOf,
  type OpName,
} from '@nalu/core/graph';
import { planGraph, sizesOf, statementsOf, type GraphPlan, type LoopSettings } from '@nalu/core/loops';
import { joined, type Code } from '../assembler/encoding.ts';
import { control, i32, local } from '../assembler/instructions.ts';
import { FunctionWriter, ModuleWriter, types } from '../assembler/module.ts';
import { writeAlone } from './alone.ts';
import { newCounter } from './counter.ts';
import { writeLibraryMatmul, writeMatmul } from './matmul.ts';
import { BYTES, type MemoryPlace } from './memory.ts';
import { LANES } from './nest.ts';
import { usesLibrary } from './crossover.ts';
import { explicitTransposes, isKernel } from './products.ts';
import { writeCopy, writeRegion } from './region.ts';
import { writeScan } from './scan.ts';
import { MOST_STATEMENTS, ROOMY, TIGHT } from './settings.ts';
import { plainPlace, slotPlace, type Program, type Scope } from './values.ts';

/** The code of a graph, and what it needs to run. */
export interface GeneratedProgram {
  /**
   * A module that imports `host.memory` and `host.matmul` and exports `main(table)`. The table holds, as 32-bit words:
   * addresses of the arena, the constants, the inputs and the outputs, then the numbers of steps of the scans.
   */
  readonly binary: Uint8Array<ArrayBuffer>;
  /** Numbers in the arena, and in the memory behind it that all steps share. */
  readonly arena: number;
  readonly constants: readonly number[];
  readonly lengths: readonly number[];
  readonly report: Omit<PlanReport, 'backend' | 'precision' | 'compileMilliseconds'>;
}

const { i32: word } = types;

/** What the module imports besides the memory: matmul(batch, m, n, k, A, B, out). */
const IMPORTS = [{ name: 'matmul', params: [word, word, word, word, word, word, word], results: [] }] as const;

const opsIn = (plan: GraphPlan, nodes: readonly number[]): readonly OpName[] => nodes.map((id) => plan.graph.nodes[id]!.op);

/** The place of a kernel's operand: planning has put it in plain memory. */
const operandPlace = (scope: Scope, id: number): MemoryPlace => {
  const place = plainPlace(scope, id);
  if (place === undefined) throw new Error(`Operand ${id} of a matrix product is not in memory.`);
  return place;
};

/** A function whose first parameter is the address of a table, and pointers that it reads from there. */
interface Table {
  readonly pointers: readonly number[];
  readonly code: Code;
}

const readTable = (writer: FunctionWriter, count: number): Table => {
  const pointers = Array.from({ length: count }, () => writer.local(word));
  const code = joined(pointers.map((pointer, i) => local.set(pointer, i32.load(local.get(0), BYTES * i))));
  return { pointers, code };
};

/** Writes all steps of a graph. */
class GraphWriter {
  readonly #program: Program;
  readonly #outputPlace: (position: number) => MemoryPlace;
  readonly steps: PlanStep[] = [];
  #scopes = 0;

  constructor(program: Program, outputPlace: (position: number) => MemoryPlace) {
    this.#program = program;
    this.#outputPlace = outputPlace;
  }

  newScope(plan: GraphPlan): Scope {
    return { program: this.#program, plan, places: new Map(), arena: 0, uid: this.#scopes++ };
  }

  writeSteps(scope: Scope, steps: GraphPlan['steps']): Code {
    const write = ({ kind, region }: GraphPlan['steps'][number]): Code => {
      for (const id of region.outputs) {
        const home = scope.plan.homes.get(id);
        if (home?.kind === 'slot') scope.places.set(id, slotPlace(scope, home.slot));
        else if (home?.kind === 'output' && !scope.places.has(id)) scope.places.set(id, this.#outputPlace(home.position));
      }
      if (kind === 'fused') {
        this.steps.push({ ops: opsIn(scope.plan, region.nodes), path: 'fused' });
        return writeRegion(scope, region);
      }
      return this.#writeAlone(scope, region.nodes[0]!);
    };
    return joined(steps.map(write));
  }

  #writeAlone(scope: Scope, id: number): Code {
    const node = scope.plan.graph.nodes[id]!;
    if (node.op === 'scan') {
      const writeBody = (inner: Scope): Code => this.writeSteps(inner, inner.plan.steps);
      return writeScan(scope, id, node as NodeOf<'scan'>, this.#outputPlace, writeBody, this.#scopes++);
    }
    const place = scope.places.get(id) as MemoryPlace;
    if (node.op !== 'matmul') {
      this.steps.push({ ops: [node.op], path: 'fused' });
      return writeAlone(scope, node, place);
    }
    const operands = node.inputs.map((input) => operandPlace(scope, input)) as [MemoryPlace, MemoryPlace];
    const isLibrary = usesLibrary(sizesOf(scope.plan.graph, node));
    this.steps.push({ ops: [node.op], path: isLibrary ? 'library' : 'fused' });
    return (isLibrary ? writeLibraryMatmul : writeMatmul)(scope, node, place, operands);
  }
}

const hasScan = (graph: Graph): boolean => graph.nodes.some((node) => node.op === 'scan');

const reportOf = (
  graph: Graph,
  plan: GraphPlan,
  steps: readonly PlanStep[],
  fixedNumbers: number,
): GeneratedProgram['report'] => {
  const width = bytesPerNumber.f32;
  const inputs = width * graph.inputs.reduce((total, _, i) => total + sizeOf(inputShape(graph, i)), 0);
  const outputs = width * graph.outputs.reduce((total, _, i) => total + sizeOf(outputShape(graph, i)), 0);
  const fixedBytes = width * fixedNumbers;
  return {
    steps,
    memory: {
      inputs,
      outputs,
      working: width * plan.length + fixedBytes,
      peak: inputs + outputs + width * plan.peak + fixedBytes,
    },
    scan: hasScan(graph) ? 'native' : 'none',
  };
};

/**
 * Generates the WebAssembly of a graph: one function with everything small in variables, SIMD throughout.
 *
 * @throws LimitError when the function would be longer than engines accept.
 */
export const generate = (source: Graph, relaxed: boolean): GeneratedProgram => {
  const roomy = planWith(source, ROOMY);
  const isShort = statementsOf(roomy) <= MOST_STATEMENTS;
  return isShort ? writeProgram(roomy, ROOMY, relaxed) : writeProgram(planWith(source, TIGHT), TIGHT, relaxed);
};

const planWith = (source: Graph, settings: LoopSettings): GraphPlan => {
  const graph = simplify(hoistInvariants(explicitTransposes(inlineCalls(source), settings)));
  return planGraph(graph, { settings, isKernel: (shape, sizes) => isKernel(settings, shape, sizes) });
};

/** What engines accept: the limits of the JavaScript interface, https://webassembly.github.io/spec/js-api/#limits. */
const LIMITS = { locals: 50_000, bytes: 7_654_321 } as const;

const assertFits = (writer: FunctionWriter, body: Code): void => {
  if (writer.locals < LIMITS.locals && body.length < LIMITS.bytes - LIMITS.locals) return;
  throw new LimitError(
    'The graph is too large for one WebAssembly function. Write steps that repeat with scan instead of unrolling them.',
  );
};

const writeProgram = (plan: GraphPlan, settings: LoopSettings, relaxed: boolean): GeneratedProgram => {
  const { graph } = plan;
  const module = new ModuleWriter(IMPORTS);
  const writer = new FunctionWriter({ params: [word], results: [] });
  const lengths: number[] = [];
  const constants: number[] = [];
  const pooled = new Map<readonly number[], number>();
  /** Behind the arena. */
  const scratchAt = Math.ceil(plan.length / LANES) * LANES;
  let scratch = 0;
  const tableSize = 2 + graph.inputs.length + graph.outputs.length;
  const { pointers, code: readPointers } = readTable(writer, tableSize);
  const [arena, pool] = pointers as [number, number];
  const inputPointers = pointers.slice(2, 2 + graph.inputs.length);
  const outputPointers = pointers.slice(2 + graph.inputs.length);
  const program: Program = {
    module,
    writer,
    relaxed,
    settings,
    variables: new Map(),
    arena,
    pooled: (data) => {
      let offset = pooled.get(data);
      if (offset === undefined) {
        offset = constants.length;
        for (const value of data) constants.push(value);
        pooled.set(data, offset);
      }
      return { kind: 'memory', pointer: pool, base: fixed(offset) };
    },
    scratch: (count) => {
      scratch = Math.max(scratch, count);
      return { kind: 'memory', pointer: arena, base: fixed(scratchAt) };
    },
    scanLength: (length) => {
      lengths.push(length);
      return i32.load(local.get(0), BYTES * (tableSize + lengths.length - 1));
    },
  };
  const member = graph.population === undefined ? undefined : newCounter(program);
  const perMember = (shape: readonly number[]): Affine =>
    member === undefined ? fixed(0) : times(variable(member.name, graph.population!.members), sizeOf(shape));
  const outputPlace = (position: number): MemoryPlace => ({
    kind: 'memory',
    pointer: outputPointers[position]!,
    base: perMember(graph.nodes[graph.outputs[position]!]!.shape),
  });
  const graphWriter = new GraphWriter(program, outputPlace);
  const top = graphWriter.newScope(plan);
  graph.inputs.forEach((id, i) => {
    const base = graph.population?.mapped[i] ? perMember(graph.nodes[id]!.shape) : fixed(0);
    top.places.set(id, { kind: 'memory', pointer: inputPointers[i]!, base });
  });
  const shared = graphWriter.writeSteps(top, plan.steps.slice(0, plan.firstMapped));
  const mapped = graphWriter.writeSteps(top, plan.steps.slice(plan.firstMapped));
  const outputs = graph.outputs.map((id, position) => {
    const place = outputPlace(position);
    const found = top.places.get(id);
    const isDirect = found?.kind === 'memory' && found.pointer === place.pointer;
    return isDirect ? [] : writeCopy(top, id, place);
  });
  const perEach = mapped.concat(...outputs);
  const count = graph.population?.members ?? 1;
  const looped =
    member === undefined
      ? perEach
      : local
          .set(member.local, i32.constant(0))
          .concat(
            control.repeat(
              perEach.concat(local.set(member.local, i32.add(local.get(member.local), 1))),
              i32.ltU(local.get(member.local), i32.constant(count)),
            ),
          );
  const body = readPointers.concat(shared, looped);
  assertFits(writer, body);
  const main = module.add(writer, body);
  return {
    binary: module.finish(main),
    arena: scratch === 0 ? plan.length : scratchAt + scratch,
    constants,
    lengths,
    report: reportOf(graph, plan, graphWriter.steps, constants.length + scratch),
  };
};
