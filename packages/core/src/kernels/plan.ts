import type { Graph } from '../graph/graph.ts';
import { simplify } from '../graph/simplify.ts';
import { isView } from '../graph/views.ts';
import { matmulSizes } from '../ops/contraction.ts';
import { sizeOf } from '../tensor/shape.ts';
import { hoistInvariants } from '../transform/hoist.ts';
import { inlineCalls } from '../transform/inline.ts';
import { expandPopulation } from '../transform/vectorize.ts';
import { PlanDraft } from './draft.ts';
import { foldConstants } from './fold.ts';
import { addKernels, shareThreads, withinLimits } from './group.ts';
import type { OpAttrs } from '../ops/attrs.ts';
import type { KernelLimits, KernelPlan, ScanStep } from './ir.ts';
import { lowerSegment, type Target } from './lower.ts';
import { levelsOf, memoryNode, type Decided } from './levels.ts';
import type { Part } from './part.ts';
import { storeMore } from './refine.ts';
import { splitReductions } from './split.ts';
import { chooseStored, coneOf, isMemoryLeaf, type Cone } from './storage.ts';

/** Nodes that a step reads or writes as whole arrays: their memory is needed whatever it costs. */
const forcedNodes = (graph: Graph, isLibrary: (id: number) => boolean): ReadonlySet<number> => {
  const forced = new Set<number>();
  graph.nodes.forEach((node, id) => {
    if (node.op === 'pick' || isLibrary(id)) forced.add(id);
    if (node.op !== 'scan' && !isLibrary(id)) return;
    for (const input of node.inputs) {
      const memory = memoryNode(graph, input);
      if (!isMemoryLeaf(graph.nodes[memory]!)) forced.add(memory);
    }
  });
  return forced;
};

const decide = (graph: Graph, limits: KernelLimits): Decided => {
  const isLibrary = (id: number): boolean => {
    const node = graph.nodes[id]!;
    if (node.op !== 'matmul') return false;
    const [a, b] = node.inputs.map((input) => graph.nodes[input]!.shape);
    return limits.wantsMatmul(matmulSizes(a!, b!, node.attrs));
  };
  const chosen = chooseStored(graph, forcedNodes(graph, isLibrary), limits);
  const stored = limits.multipleWrites ? chosen : storeMore({ graph, isLibrary, stored: chosen });
  return { graph, isLibrary, stored };
};

/** The values of a plan, and what its kernels have to write. */
interface Memory {
  readonly valueOfNode: ReadonlyMap<number, number>;
  readonly targets: readonly Target[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The inputs of a loop's body that are carries; its first outputs are the next ones. */
interface Carries {
  readonly first: number;
  readonly count: number;
}

const NO_CARRIES: Carries = { first: 0, count: 0 };

const layOut = ({ graph, isLibrary, stored }: Decided, carries: Carries, draft: PlanDraft): Memory => {
  const sizeOfNode = (id: number): number => sizeOf(graph.nodes[id]!.shape);
  const valueOfNode = new Map<number, number>();
  const inputs = graph.inputs.map((id, index) => {
    const carried = index >= carries.first && index < carries.first + carries.count;
    return draft.newValue(sizeOfNode(id), { kind: 'input', index, carried });
  });
  graph.inputs.forEach((id, i) => valueOfNode.set(id, inputs[i]!));
  graph.nodes.forEach((node, id) => {
    if (node.op === 'constant' && isMemoryLeaf(node))
      valueOfNode.set(id, draft.newValue(node.attrs.data.length, { kind: 'constant', data: node.attrs.data }));
  });
  const targets: Target[] = [];
  const own = new Map<number, number>();
  const outputs = graph.outputs.map((id, index) => {
    const value = draft.newValue(sizeOfNode(id), { kind: 'output', index });
    const node = graph.nodes[id]!;
    const isOwn = stored.has(id) ? index >= carries.count : !(isView(node) || isMemoryLeaf(node));
    // The first output of a computed node is the node's own value; everything else is a copy, and carries that others read.
    if (!own.has(id) && isOwn) own.set(id, value);
    else targets.push({ value, node: id });
    return value;
  });
  for (const id of stored) {
    if (!own.has(id)) own.set(id, draft.newValue(sizeOfNode(id), { kind: 'temporary' }));
    valueOfNode.set(id, own.get(id)!);
  }
  for (const [node, value] of own) if (graph.nodes[node]!.op !== 'pick' && !isLibrary(node)) targets.push({ value, node });
  return { valueOfNode, targets, inputs, outputs };
};

/** Whether one kernel writes all next carries, as its first segments. */
const areTogether = ({ values, steps, outputs }: KernelPlan, { count }: Carries): boolean => {
  const wanted = outputs.slice(0, count).filter((id) => values[id]!.size > 0);
  const writer = wanted.length === 0 ? undefined : steps[values[wanted[0]!]!.step]!;
  if (writer?.kind !== 'kernel') return wanted.length === 0;
  return wanted.every((id, i) => writer.kernel.segments[i]?.writes[0]!.value === id);
};

/** The body of a loop, its carries together where that can be. */
const planBody = ({ body, constants, carries }: OpAttrs['scan'], limits: KernelLimits): Pick<ScanStep, 'body' | 'together'> => {
  const wanted = { first: constants, count: carries };
  const plan = limits.multipleWrites ? undefined : planGraph(body, limits, wanted);
  return plan !== undefined && areTogether(plan, wanted)
    ? { body: plan, together: true }
    : { body: planGraph(body, limits), together: false };
};

/** Plans one graph without calls and population. */
const planGraph = (graph: Graph, limits: KernelLimits, carries: Carries = NO_CARRIES): KernelPlan => {
  const decided = decide(graph, limits);
  const { isLibrary, stored } = decided;
  const draft = new PlanDraft(limits);
  const { valueOfNode, targets, inputs, outputs } = layOut(decided, carries, draft);
  const levelOf = levelsOf(decided);
  const cones = new Map<Target, Cone>(
    targets.map((target) => {
      const isOwn = valueOfNode.get(target.node) === target.value;
      return [target, coneOf(graph, target.node, (id) => stored.has(id) && !(isOwn && id === target.node))];
    }),
  );
  const copies = new Map<number, number>();
  const partOf = (group: readonly Target[]): Part => {
    const reads: number[] = [];
    const slot = (value: number): number => {
      const at = copies.get(value) ?? value;
      return reads.includes(at) ? reads.indexOf(at) : reads.push(at) - 1;
    };
    const segment = lowerSegment({ graph, valueOf: (node) => valueOfNode.get(node), slot }, group);
    const computed = group.flatMap((target) => [...cones.get(target)!.computed.keys()].map((id) => graph.nodes[id]!));
    const ops = computed.filter(({ inputs: operands }) => operands.length > 0).map(({ op }) => op);
    return withinLimits(draft, limits, copies, { segment, reads, ops });
  };
  const whole = (id: number): number => valueOfNode.get(memoryNode(graph, id))!;
  const addAlone = (id: number): void => {
    const node = graph.nodes[id]!;
    const operands = node.inputs.map(whole);
    if (node.op === 'matmul') {
      const [a, b] = node.inputs.map((input) => graph.nodes[input]!.shape);
      const sizes = matmulSizes(a!, b!, node.attrs);
      draft.addMatmul({ kind: 'matmul', a: operands[0]!, b: operands[1]!, out: valueOfNode.get(id)!, sizes, ...node.attrs });
    } else if (node.op === 'scan') {
      const { length, keepEvery, constants, carries: carried } = node.attrs;
      const picks = new Map(
        graph.nodes.flatMap((each, pick) =>
          each.op === 'pick' && each.inputs[0] === id ? [[each.attrs.index, valueOfNode.get(pick)] as const] : [],
        ),
      );
      draft.addScan({
        kind: 'scan',
        ...planBody(node.attrs, limits),
        length,
        keepEvery,
        constants: operands.slice(0, constants),
        carries: operands.slice(constants, constants + carried),
        stacked: operands.slice(constants + carried),
        results: node.attrs.body.outputs.map((_, index) => picks.get(index)),
      });
    }
  };

  const targetLevel = (target: Target): number => 1 + Math.max(0, ...[...cones.get(target)!.read].map(levelOf));
  const alone = graph.nodes.flatMap((node, id) => (node.op === 'scan' || isLibrary(id) ? [id] : []));
  const last = Math.max(0, ...targets.map(targetLevel), ...alone.map(levelOf));
  const next = outputs.slice(0, carries.count).map((value) => targets.find((target) => target.value === value)!);
  /** What only later kernels read is computed just before the first of them: small values then do not burden kernels of many threads. */
  const times = new Map<Target, number>(targets.map((target) => [target, next.includes(target) ? last : targetLevel(target)]));
  const postpone = (target: Target): void => {
    const readers = targets
      .filter((each) => each !== target && cones.get(each)!.read.has(target.node))
      .map((each) => times.get(each)!);
    const others = alone.filter((id) => graph.nodes[id]!.inputs.some((input) => memoryNode(graph, input) === target.node));
    if (readers.length > 0) times.set(target, Math.min(...readers, ...others.map(levelOf)) - 1);
  };
  if (!limits.multipleWrites)
    targets
      .filter(({ value, node }) => valueOfNode.get(node) === value)
      .sort((a, b) => targetLevel(b) - targetLevel(a))
      .forEach(postpone);
  for (let level = 1; level <= last; level++) {
    const due = targets.filter((target) => times.get(target) === level && !next.includes(target));
    const ready = [...(level === last ? next : []), ...due].filter((target) => draft.values[target.value]!.size > 0);
    const groups = limits.multipleWrites
      ? shareThreads(graph, ready, (target) => cones.get(target)!)
      : ready.map((each) => [each]);
    addKernels(draft, groups.map(partOf));
    alone.filter((id) => levelOf(id) === level).forEach(addAlone);
  }
  return draft.finish(inputs, outputs);
};

/** What kernels are planned from: a plain graph, loops freed of what does not change, long reductions in two stages. */
const prepared = (graph: Graph): Graph =>
  simplify(splitReductions(hoistInvariants(foldConstants(simplify(expandPopulation(inlineCalls(graph)))))));

/**
 * Lowers a graph to steps for a wide machine. Values are stored where computing them again would cost more than memory and
 * a further dispatch; everything that does not depend on one another runs as one kernel, as far as the limits allow.
 */
export const planKernels = (graph: Graph, limits: KernelLimits): KernelPlan => planGraph(prepared(graph), limits);
