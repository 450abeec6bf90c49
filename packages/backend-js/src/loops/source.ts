import { fixed, sizeOf, times, variable, type Graph, type NodeOf, type OpName } from '@nalu/core/graph';
import type { PlanStep, Precision } from '@nalu/core/backend';
import { writeAlone } from './alone.ts';
import { iterationsOf, sizesOf, type GraphPlan } from '@nalu/core/loops';
import { newNamer } from './nest.ts';
import { numbersOf } from './numbers.ts';
import { writeCopy, writeRegion } from './region.ts';
import { writeScan } from './scan.ts';
import type { Settings } from './settings.ts';
import { slotPlace, type MemoryPlace, type Program, type Scope } from './values.ts';

/** The source of a whole program and what it needs to run. */
export interface ProgramSource {
  /** Body of a function of EXP that returns `main(M, N)`: M holds the arrays, N the numbers of steps. */
  readonly code: string;
  /** Length of the longest function, in characters. */
  readonly longest: number;
  /** Numbers of the constant pool. */
  readonly pool: readonly number[];
  /** Number of f64 accumulators. */
  readonly accumulators: number;
  /** Numbers of steps of the scans. */
  readonly lengths: readonly number[];
  readonly steps: readonly PlanStep[];
}

/** Generated names of values, arrays and indices; everything else in the text is a keyword, a property or inside a step. */
const NAME = /(?<![.\w])(?:[A-Z]\d*|[a-z]\d+)\b/g;
const DECLARED = /(?:const|let) ([A-Z]\d*|[a-z]\d+)\b/g;

/** Moves code into a function of its own: what it uses from outside becomes parameters. */
const outline = (program: Program, lines: readonly string[]): readonly string[] => {
  const text = lines.join('\n');
  const declared = new Set([...text.matchAll(DECLARED)].map((match) => match[1]!));
  const free = [...new Set(text.match(NAME) ?? [])].filter((name) => !declared.has(name));
  const name = program.namer('f');
  program.functions.push(`function ${name}(${free.join(', ')}) {\n${text}\n}`);
  return [`${name}(${free.join(', ')});`];
};

const opsIn = (plan: GraphPlan, nodes: readonly number[]): readonly OpName[] => nodes.map((id) => plan.graph.nodes[id]!.op);

/** Scalar operations of a step that is no region. */
const aloneWork = (plan: GraphPlan, id: number): number => {
  const node = plan.graph.nodes[id]!;
  if (node.op !== 'matmul') return sizeOf(node.shape);
  const { batch, m, n, k } = sizesOf(plan.graph, node as NodeOf<'matmul'>);
  return batch * m * n * k;
};

/** Writes a whole graph as one program. */
export const writeProgram = (graph: Graph, plan: GraphPlan, precision: Precision, settings: Settings): ProgramSource => {
  const namer = newNamer();
  const pool: number[] = [];
  const pooled = new Map<readonly number[], number>();
  const lengths: number[] = [];
  const report: PlanStep[] = [];
  let accumulators = 0;
  let scopes = 0;
  const program: Program = {
    numbers: numbersOf[precision],
    settings,
    namer,
    functions: [],
    pooled: (data) => {
      const known = pooled.get(data);
      if (known !== undefined) return known;
      const offset = pool.length;
      for (const value of data) pool.push(value);
      pooled.set(data, offset);
      return offset;
    },
    accumulators: (count) => {
      accumulators = Math.max(accumulators, count);
    },
    lengths,
  };
  const member = graph.population === undefined ? undefined : namer('m');
  const arrays = ['A', 'C', 'S', ...graph.inputs.map((_, i) => `X${i}`), ...graph.outputs.map((_, i) => `Y${i}`)];

  const perMember = (shape: readonly number[]): MemoryPlace['base'] =>
    member === undefined ? fixed(0) : times(variable(member, graph.population!.members), sizeOf(shape));
  const outputPlace = (position: number): MemoryPlace => ({
    kind: 'memory',
    array: `Y${position}`,
    base: perMember(graph.nodes[graph.outputs[position]!]!.shape),
  });

  const writeSteps = (scope: Scope, steps: GraphPlan['steps']): readonly string[] =>
    steps.flatMap(({ kind, region }) => {
      for (const id of region.outputs) {
        const home = scope.plan.homes.get(id);
        if (home?.kind === 'slot') scope.places.set(id, slotPlace(scope, home.slot));
        else if (home?.kind === 'output' && !scope.places.has(id)) scope.places.set(id, outputPlace(home.position));
      }
      if (kind === 'fused') {
        report.push({ ops: opsIn(scope.plan, region.nodes), path: 'fused' });
        const lines = writeRegion(scope, region);
        return iterationsOf(scope.plan.forms, region) >= settings.ownFunction ? outline(program, lines) : lines;
      }
      const [id] = region.nodes as readonly [number];
      const node = scope.plan.graph.nodes[id]!;
      if (node.op === 'scan')
        return writeScan(
          scope,
          id,
          node as NodeOf<'scan'>,
          outputPlace,
          (inner) => writeSteps(inner, inner.plan.steps),
          scopes++,
        );
      const place = scope.places.get(id) as MemoryPlace;
      report.push({ ops: [node.op], path: 'fused' });
      const lines = writeAlone(scope, node, place);
      return aloneWork(scope.plan, id) >= settings.ownFunction ? outline(program, lines) : lines;
    });

  const top: Scope = { program, plan, places: new Map(), arena: 0, uid: scopes++, isBody: false };
  graph.inputs.forEach((id, i) => {
    const { shape } = graph.nodes[id]!;
    top.places.set(id, { kind: 'memory', array: `X${i}`, base: graph.population?.mapped[i] ? perMember(shape) : fixed(0) });
  });
  const shared = writeSteps(top, plan.steps.slice(0, plan.firstMapped));
  const mapped = writeSteps(top, plan.steps.slice(plan.firstMapped));
  const outputs = graph.outputs.flatMap((id, position) => {
    const place = outputPlace(position);
    const found = top.places.get(id);
    const direct = found?.kind === 'memory' && found.array === place.array;
    return direct ? [] : writeCopy(top, id, place);
  });
  const perEach = [...mapped, ...outputs];
  const looped =
    member === undefined
      ? perEach
      : [`for (let ${member} = 0; ${member} < ${graph.population!.members}; ${member}++) {`, ...perEach, '}'];
  const main = [`const ${arrays.map((name, i) => `${name} = M[${i}]`).join(', ')};`, ...shared, ...looped].join('\n');
  return {
    code: `'use strict';\n${program.functions.join('\n')}\nreturn function main(M, N) {\n${main}\n};`,
    longest: Math.max(main.length, ...program.functions.map((text) => text.length)),
    pool,
    accumulators,
    lengths,
    steps: report,
  };
};
