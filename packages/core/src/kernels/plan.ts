import type { Graph } from '../graph/graph.ts';
import { simplify } from '../graph/simplify.ts';
import { isView, variable } from '../graph/views.ts';
import type { OpName } from '../ops/attrs.ts';
import { matmulSizes } from '../ops/contraction.ts';
import { sizeOf } from '../tensor/shape.ts';
import { hoistInvariants } from '../transform/hoist.ts';
import { inlineCalls } from '../transform/inline.ts';
import { expandPopulation } from '../transform/vectorize.ts';
import type {
  Kernel,
  KernelLimits,
  KernelPlan,
  KernelStep,
  MatmulStep,
  Origin,
  ScanStep,
  Segment,
  Statement,
  Value,
} from './ir.ts';
import { lowerSegment, type LoweringContext, type Target } from './lower.ts';
import { splitReductions } from './split.ts';
import { chooseStored, coneOf, isMemoryLeaf, workOf, type Cone } from './storage.ts';

/** Segments of more elements run as kernels of their own. */
const LARGE = 65_536;
/** Two results that share an op of so much work are computed by the same threads. */
const WORTH_SHARING = 8;

/** A value while the plan is made. */
interface Draft {
  readonly size: number;
  readonly origin: Origin;
  step: number;
  lastStep: number;
}

/** The node whose memory holds a node's elements in the same order. */
const memoryNode = (graph: Graph, id: number): number => {
  let at = id;
  while (graph.nodes[at]!.op === 'reshape' || graph.nodes[at]!.op === 'stopGradient') at = graph.nodes[at]!.inputs[0]!;
  return at;
};

/** A matrix product that the library computes. */
const isLibraryMatmul = (graph: Graph, id: number, limits: KernelLimits): boolean => {
  const node = graph.nodes[id]!;
  if (node.op !== 'matmul') return false;
  const [a, b] = node.inputs.map((input) => graph.nodes[input]!.shape);
  return limits.wantsMatmul(matmulSizes(a!, b!, node.attrs));
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

const opsOf = (graph: Graph, cones: readonly Cone[]): readonly OpName[] =>
  cones
    .flatMap(({ computed }) => [...computed].map((id) => graph.nodes[id]!.op))
    .filter((op) => op !== 'constant' && op !== 'iota');

const withSlots = (statements: readonly Statement[], slots: readonly number[]): readonly Statement[] =>
  statements.map((statement) => {
    if (statement.kind === 'read') return { ...statement, from: slots[statement.from]! };
    return 'body' in statement ? { ...statement, body: withSlots(statement.body, slots) } : statement;
  });

/** A segment with what it reads; positions in its statements are positions in its own reads. */
interface Part {
  readonly segment: Segment;
  readonly reads: readonly number[];
  readonly ops: readonly OpName[];
}

const copyOf = (from: number, to: number, size: number): Part => ({
  segment: {
    size,
    body: [{ kind: 'read', name: 'v', from: 0, at: variable('i', size) }],
    writes: [{ value: to, from: 'v' }],
  },
  reads: [from],
  ops: [],
});

const joined = (parts: readonly Part[]): Kernel => {
  const reads = [...new Set(parts.flatMap((part) => part.reads))];
  const segments = parts.map(({ segment, reads: own }) => ({
    ...segment,
    body: withSlots(
      segment.body,
      own.map((value) => reads.indexOf(value)),
    ),
  }));
  return { reads, segments, ops: parts.flatMap((part) => part.ops) };
};

/** Results of one level that the same threads should compute: of one size, and with work in common. */
const shareThreads = (
  graph: Graph,
  targets: readonly Target[],
  cones: ReadonlyMap<number, Cone>,
): readonly (readonly Target[])[] => {
  const groups: { readonly size: number; readonly targets: Target[]; readonly costly: Set<number> }[] = [];
  for (const target of targets) {
    const size = sizeOf(graph.nodes[target.node]!.shape);
    const costly = [...cones.get(target.value)!.computed].filter((id) => {
      const { op } = graph.nodes[id]!;
      return workOf(op) >= WORTH_SHARING || isFold(op);
    });
    const group = groups.find((each) => each.size === size && costly.some((id) => each.costly.has(id)));
    if (group === undefined) groups.push({ size, targets: [target], costly: new Set(costly) });
    else {
      group.targets.push(target);
      costly.forEach((id) => group.costly.add(id));
    }
  }
  return groups.map((group) => group.targets);
};

const isFold = (op: OpName): boolean =>
  op === 'sum' || op === 'prod' || op === 'reduceMin' || op === 'reduceMax' || op === 'argmax' || op === 'matmul';

/** Plans one graph without calls and population. */
const planGraph = (graph: Graph, limits: KernelLimits): KernelPlan => {
  const isLibrary = (id: number): boolean => isLibraryMatmul(graph, id, limits);
  const stored = chooseStored(graph, forcedNodes(graph, isLibrary), limits.multipleWrites);
  const values: Draft[] = [];
  const valueOfNode = new Map<number, number>();
  const steps: KernelStep[] = [];
  const newValue = (size: number, origin: Origin): number => values.push({ size, origin, step: -1, lastStep: -1 }) - 1;

  const inputs = graph.inputs.map((id, index) => {
    const value = newValue(sizeOf(graph.nodes[id]!.shape), { kind: 'input', index });
    valueOfNode.set(id, value);
    return value;
  });
  graph.nodes.forEach((node, id) => {
    if (node.op === 'constant' && node.attrs.data.length > 1)
      valueOfNode.set(id, newValue(node.attrs.data.length, { kind: 'constant', data: node.attrs.data }));
  });

  const targets: Target[] = [];
  const wanted = new Map<number, number>();
  const outputs = graph.outputs.map((id, index) => {
    const size = sizeOf(graph.nodes[id]!.shape);
    const value = newValue(size, { kind: 'output', index });
    const node = graph.nodes[id]!;
    const isOwn = !wanted.has(id) && (stored.has(id) || !(isView(node) || isMemoryLeaf(node)));
    if (isOwn) wanted.set(id, value);
    else targets.push({ value, node: id });
    return value;
  });
  for (const id of stored) {
    if (!wanted.has(id)) wanted.set(id, newValue(sizeOf(graph.nodes[id]!.shape), { kind: 'temporary' }));
    valueOfNode.set(id, wanted.get(id)!);
  }
  for (const [id, value] of wanted) {
    if (graph.nodes[id]!.op !== 'pick' && !isLibrary(id)) targets.push({ value, node: id });
  }

  const inMemory = (id: number): boolean => stored.has(id);
  const cones = new Map(targets.map(({ value, node }) => [value, coneOf(graph, node, copyAware(value, node))]));
  /** A target that is a copy of a stored node reads that node. */
  function copyAware(value: number, node: number): (id: number) => boolean {
    return valueOfNode.get(node) === value ? (id) => id !== node && inMemory(id) : inMemory;
  }

  const levels = new Map<number, number>();
  const levelOf = (id: number): number => {
    const node = graph.nodes[id]!;
    if (node.op === 'pick') return levelOf(node.inputs[0]!);
    if (isMemoryLeaf(node)) return 0;
    const known = levels.get(id);
    if (known !== undefined) return known;
    const reads =
      node.op === 'scan' || isLibrary(id)
        ? node.inputs.map((input) => memoryNode(graph, input))
        : [...coneOf(graph, id, (each) => each !== id && inMemory(each)).read];
    const level = 1 + Math.max(0, ...reads.map(levelOf));
    levels.set(id, level);
    return level;
  };
  // Nodes are in topological order: asking in that order keeps the recursion shallow.
  graph.nodes.forEach((node, id) => {
    if (stored.has(id) || node.op === 'scan') levelOf(id);
  });
  const levelOfTarget = ({ value }: Target): number => 1 + Math.max(0, ...[...cones.get(value)!.read].map(levelOf));

  const storageOf = (value: number, step: number): string => {
    const { size, origin, step: written } = values[value]!;
    return limits.storageOf({
      size,
      origin,
      step: written < 0 && origin.kind !== 'input' && origin.kind !== 'constant' ? step : written,
    });
  };
  const storagesOf = (reads: readonly number[], writes: readonly number[]): ReadonlySet<string> =>
    new Set([...reads, ...writes].map((value) => storageOf(value, steps.length)));
  const writesOf = ({ segment }: Part): readonly number[] => segment.writes.map(({ value }) => value);

  const emit = (parts: readonly Part[]): void => {
    const kernel = joined(parts);
    for (const value of kernel.reads) values[value]!.lastStep = steps.length;
    for (const part of parts) for (const value of writesOf(part)) values[value]!.step = steps.length;
    steps.push({ kind: 'kernel', kernel });
  };

  /** Copies of values that were gathered in one storage. */
  const staged = new Map<number, number>();
  const fitted = (part: Part): Part => {
    let { reads } = part;
    while (storagesOf(reads, writesOf(part)).size > limits.storages) {
      const chosen = new Set([...storagesOf(reads, [])].slice(0, limits.storages - 1));
      const moved = reads.filter((value) => chosen.has(storageOf(value, steps.length)));
      const copies = moved.map((value) => {
        const copy = newValue(values[value]!.size, { kind: 'temporary' });
        staged.set(value, copy);
        return copyOf(value, copy, values[value]!.size);
      });
      emit(copies);
      reads = reads.map((value) => staged.get(value) ?? value);
    }
    return { ...part, reads };
  };

  const partOf = (group: readonly Target[]): Part => {
    const reads: number[] = [];
    const context: LoweringContext = {
      graph,
      valueOf: (node) => valueOfNode.get(node),
      slot: (value) => {
        const at = staged.get(value) ?? value;
        const known = reads.indexOf(at);
        return known >= 0 ? known : reads.push(at) - 1;
      },
    };
    const segment = lowerSegment(context, group);
    return {
      segment,
      reads,
      ops: opsOf(
        graph,
        group.map(({ value }) => cones.get(value)!),
      ),
    };
  };

  const emitKernels = (level: readonly Target[]): void => {
    const filled = level.filter(({ value }) => values[value]!.size > 0);
    const groups = limits.multipleWrites ? shareThreads(graph, filled, cones) : filled.map((target) => [target]);
    const parts = groups.map((group) => fitted(partOf(group)));
    let open: Part[] = [];
    for (const part of parts) {
      const all = [...open, part];
      const large = part.segment.size > LARGE || (open[0]?.segment.size ?? 0) > LARGE;
      const fits =
        storagesOf(
          all.flatMap((each) => each.reads),
          all.flatMap(writesOf),
        ).size <= limits.storages;
      if (open.length > 0 && (large || !fits)) {
        emit(open);
        open = [];
      }
      open.push(part);
    }
    if (open.length > 0) emit(open);
  };

  const whole = (id: number): number => valueOfNode.get(memoryNode(graph, id))!;
  const emitMatmul = (id: number): void => {
    const node = graph.nodes[id]!;
    if (node.op !== 'matmul') return;
    const [a, b] = node.inputs as readonly [number, number];
    const out = valueOfNode.get(id)!;
    const step: MatmulStep = {
      kind: 'matmul',
      a: whole(a),
      b: whole(b),
      out,
      sizes: matmulSizes(graph.nodes[a]!.shape, graph.nodes[b]!.shape, node.attrs),
      ...node.attrs,
    };
    for (const value of [step.a, step.b]) values[value]!.lastStep = steps.length;
    values[out]!.step = steps.length;
    steps.push(step);
  };
  const emitScan = (id: number): void => {
    const node = graph.nodes[id]!;
    if (node.op !== 'scan') return;
    const { body, length, keepEvery, constants, carries } = node.attrs;
    const all = node.inputs.map(whole);
    const results = body.outputs.map((_, index) => {
      const pick = graph.nodes.findIndex((each) => each.op === 'pick' && each.inputs[0] === id && each.attrs.index === index);
      return pick < 0 ? undefined : valueOfNode.get(pick);
    });
    for (const value of all) values[value]!.lastStep = steps.length;
    for (const value of results) if (value !== undefined) values[value]!.step = steps.length;
    const step: ScanStep = {
      kind: 'scan',
      body: planGraph(body, limits),
      length,
      keepEvery,
      constants: all.slice(0, constants),
      carries: all.slice(constants, constants + carries),
      stacked: all.slice(constants + carries),
      results,
    };
    steps.push(step);
  };

  const byLevel = new Map<number, Target[]>();
  for (const target of targets) {
    const level = levelOfTarget(target);
    byLevel.set(level, [...(byLevel.get(level) ?? []), target]);
  }
  const alone = graph.nodes.flatMap((node, id) => (node.op === 'scan' || isLibrary(id) ? [id] : []));
  const last = Math.max(0, ...byLevel.keys(), ...alone.map(levelOf));
  for (let level = 1; level <= last; level++) {
    emitKernels(byLevel.get(level) ?? []);
    for (const id of alone) {
      if (levelOf(id) !== level) continue;
      emitMatmul(id);
      emitScan(id);
    }
  }
  for (const value of outputs) values[value]!.lastStep = steps.length;
  return { values: values as readonly Value[], steps, inputs, outputs };
};

/** What kernels are planned from: a plain graph, loops freed of what does not change, long reductions in two stages. */
const prepared = (graph: Graph): Graph =>
  simplify(splitReductions(hoistInvariants(simplify(expandPopulation(inlineCalls(graph))))));

/**
 * Lowers a graph to steps for a wide machine. Values are stored where computing them again would cost more than memory and
 * a further dispatch; everything that does not depend on one another runs as one kernel, as far as the limits allow.
 */
export const planKernels = (graph: Graph, limits: KernelLimits): KernelPlan => planGraph(prepared(graph), limits);
