import type { Graph } from '../graph/graph.ts';
import { simplify } from '../graph/simplify.ts';
import { isView } from '../graph/views.ts';
import { matmulSizes } from '../ops/contraction.ts';
import { sizeOf } from '../tensor/shape.ts';
import { hoistInvariants } from '../transform/hoist.ts';
import { inlineCalls } from '../transform/inline.ts';
import { expandPopulation } from '../transform/vectorize.ts';
import { PlanDraft } from './draft.ts';
import { addKernels, shareThreads, withinLimits } from './group.ts';
import type { KernelLimits, KernelPlan } from './ir.ts';
import { lowerSegment, type Target } from './lower.ts';
import type { Part } from './part.ts';
import { splitReductions } from './split.ts';
import { chooseStored, coneOf, isMemoryLeaf, type Cone } from './storage.ts';

/** A graph with the decisions about it. */
interface Decided {
  readonly graph: Graph;
  readonly limits: KernelLimits;
  readonly isLibrary: (node: number) => boolean;
  /** Nodes whose values lie in memory, besides inputs and constants. */
  readonly stored: ReadonlySet<number>;
}

/** The node whose memory holds a node's elements in the same order. */
const memoryNode = (graph: Graph, id: number): number => {
  let at = id;
  while (graph.nodes[at]!.op === 'reshape' || graph.nodes[at]!.op === 'stopGradient') at = graph.nodes[at]!.inputs[0]!;
  return at;
};

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
  return { graph, limits, isLibrary, stored: chooseStored(graph, forcedNodes(graph, isLibrary), limits) };
};

/** The values of a plan, and what its kernels have to write. */
interface Memory {
  readonly valueOfNode: ReadonlyMap<number, number>;
  readonly targets: readonly Target[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const layOut = ({ graph, isLibrary, stored }: Decided, draft: PlanDraft): Memory => {
  const sizeOfNode = (id: number): number => sizeOf(graph.nodes[id]!.shape);
  const valueOfNode = new Map<number, number>();
  const inputs = graph.inputs.map((id, index) => draft.newValue(sizeOfNode(id), { kind: 'input', index }));
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
    // The first output of a computed node is the node's own value; everything else is a copy.
    if (!own.has(id) && (stored.has(id) || !(isView(node) || isMemoryLeaf(node)))) own.set(id, value);
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

/** The first round in which each node's value can be computed: one after everything that it reads from memory. */
const levelsOf = ({ graph, isLibrary, stored }: Decided): ((node: number) => number) => {
  const levels = new Map<number, number>();
  const levelOf = (id: number): number => levels.get(id) ?? 0;
  // Inputs come before their readers, so that theirs is known.
  graph.nodes.forEach((node, id) => {
    if (node.op === 'pick') levels.set(id, levelOf(node.inputs[0]!));
    else if (node.op === 'scan' || stored.has(id)) {
      const reads =
        node.op === 'scan' || isLibrary(id)
          ? node.inputs.map((input) => memoryNode(graph, input))
          : [...coneOf(graph, id, (each) => each !== id && stored.has(each)).read];
      levels.set(id, 1 + Math.max(0, ...reads.map(levelOf)));
    }
  });
  return levelOf;
};

/** Plans one graph without calls and population. */
const planGraph = (graph: Graph, limits: KernelLimits): KernelPlan => {
  const decided = decide(graph, limits);
  const { isLibrary, stored } = decided;
  const draft = new PlanDraft(limits);
  const { valueOfNode, targets, inputs, outputs } = layOut(decided, draft);
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
    const computed = group.flatMap((target) => [...cones.get(target)!.computed].map((id) => graph.nodes[id]!));
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
      const { body, length, keepEvery, constants, carries } = node.attrs;
      const picks = new Map(
        graph.nodes.flatMap((each, pick) =>
          each.op === 'pick' && each.inputs[0] === id ? [[each.attrs.index, valueOfNode.get(pick)] as const] : [],
        ),
      );
      draft.addScan({
        kind: 'scan',
        body: planGraph(body, limits),
        length,
        keepEvery,
        constants: operands.slice(0, constants),
        carries: operands.slice(constants, constants + carries),
        stacked: operands.slice(constants + carries),
        results: body.outputs.map((_, index) => picks.get(index)),
      });
    }
  };

  const targetLevel = (target: Target): number => 1 + Math.max(0, ...[...cones.get(target)!.read].map(levelOf));
  const alone = graph.nodes.flatMap((node, id) => (node.op === 'scan' || isLibrary(id) ? [id] : []));
  const levels = [...targets.map(targetLevel), ...alone.map(levelOf)];
  for (let level = 1; level <= Math.max(0, ...levels); level++) {
    const ready = targets.filter((target) => targetLevel(target) === level && draft.values[target.value]!.size > 0);
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
  simplify(splitReductions(hoistInvariants(simplify(expandPopulation(inlineCalls(graph))))));

/**
 * Lowers a graph to steps for a wide machine. Values are stored where computing them again would cost more than memory and
 * a further dispatch; everything that does not depend on one another runs as one kernel, as far as the limits allow.
 */
export const planKernels = (graph: Graph, limits: KernelLimits): KernelPlan => planGraph(prepared(graph), limits);
