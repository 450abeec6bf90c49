import { ArgumentError, GraphError } from '../errors.ts';
import { inputName, type Graph, type NodeOf } from '../graph/graph.ts';
import { remake } from '../graph/instantiate.ts';
import { trace } from '../graph/trace.ts';
import type { OpName } from '../ops/attrs.ts';
import type { BatchContext, OpRow } from '../ops/row.ts';
import { ops } from '../ops/table.ts';
import { withLine, withScopePath } from '../tensor/provenance.ts';
import { makeTensor, type Tensor } from '../tensor/tensor.ts';
import { inlineCalls } from './inline.ts';

/**
 * A population: the graph runs for `members` members. Mapped inputs get a leading member axis, the others are shared by all;
 * every output has a leading member axis. The nodes stay those of one member: a compiler emits the member loop itself, or
 * calls `expandPopulation`.
 */
export const vectorize = (graph: Graph, members: number, mapped: readonly boolean[]): Graph => {
  if (!Number.isInteger(members) || members < 1)
    throw new ArgumentError(`A population needs a whole number of members, at least 1; it was given ${members}.`);
  if (mapped.length !== graph.inputs.length)
    throw new ArgumentError(
      `vectorize needs one flag per input: the graph has ${graph.inputs.length}, but ${mapped.length} were given.`,
    );
  if (graph.population !== undefined) throw new GraphError('The graph has a population already.');
  return { ...graph, population: { members, mapped } };
};

/** A tensor, and whether it has a leading member axis. */
interface Value {
  readonly tensor: Tensor;
  readonly mapped: boolean;
}

const forAllMembers = ({ tensor, mapped }: Value, members: number): Tensor =>
  mapped ? tensor : tensor.broadcastTo([members, ...tensor.shape]);

/** Swaps the member axis with the axis of steps: [n, length, …] ↔ [length, n, …]. */
const swapMembersAndSteps = (tensor: Tensor): Tensor => tensor.transpose([1, 0, ...tensor.shape.slice(2).map((_, i) => i + 2)]);

/** Which nodes depend on a mapped input. */
const dependsOnMapped = (graph: Graph, mapped: readonly boolean[]): readonly boolean[] => {
  const flags = new Array<boolean>(graph.nodes.length).fill(false);
  graph.inputs.forEach((id, i) => {
    flags[id] = mapped[i]!;
  });
  graph.nodes.forEach((node, id) => {
    flags[id] ||= node.inputs.some((input) => flags[input]);
  });
  return flags;
};

/** A carry is mapped as soon as one step makes it depend on something mapped. */
const mappedCarries = ({ attrs }: NodeOf<'scan'>, mapped: readonly boolean[]): readonly boolean[] => {
  let flags = mapped;
  for (;;) {
    const nodes = dependsOnMapped(attrs.body, flags);
    const next = flags.map((flag, i) => {
      const carry = i - attrs.constants;
      return flag || (carry >= 0 && carry < attrs.carries && nodes[attrs.body.outputs[carry]!]!);
    });
    if (next.every((flag, i) => flag === flags[i])) return next;
    flags = next;
  }
};

const expandScan = (node: NodeOf<'scan'>, inputs: readonly Value[], members: number): readonly Value[] => {
  const { body, constants, carries } = node.attrs;
  const fixed = constants + carries;
  const mapped = mappedCarries(
    node,
    inputs.map((input) => input.mapped),
  );
  const after = dependsOnMapped(body, mapped);
  const mappedOutputs = body.outputs.map((id, i) => (i < carries ? mapped[constants + i]! : after[id]!));
  const expandedBody = expand(body, members, mapped, mappedOutputs);
  const args = inputs.map((input, i) => {
    if (i >= fixed) return input.mapped ? swapMembersAndSteps(input.tensor) : input.tensor;
    return mapped[i] ? forAllMembers(input, members) : input.tensor;
  });
  const expanded = makeTensor('scan', args, { ...node.attrs, body: expandedBody });
  return mappedOutputs.map((flag, i) => {
    const result = expanded.pick(i);
    return { tensor: flag && i >= carries ? swapMembersAndSteps(result) : result, mapped: flag };
  });
};

/** Applies the batching rules. `mappedOutputs` says which outputs must have a member axis. */
const expand = (graph: Graph, members: number, mapped: readonly boolean[], mappedOutputs: readonly boolean[]): Graph => {
  const specs = graph.inputs.map((id, i) => {
    const { shape } = graph.nodes[id]!;
    return { name: inputName(graph, i), shape: mapped[i] ? [members, ...shape] : shape };
  });
  return trace(specs, (...args) => {
    const values = new Array<Value>(graph.nodes.length);
    const scans = new Map<number, readonly Value[]>();
    graph.inputs.forEach((id, i) => {
      values[id] = { tensor: args[i]!, mapped: mapped[i]! };
    });
    graph.nodes.forEach((node, id) => {
      if (values[id] !== undefined) return;
      if (node.op === 'pick') {
        values[id] = scans.get(node.inputs[0]!)![node.attrs.index]!;
        return;
      }
      const inputs = node.inputs.map((input) => values[input]!);
      if (node.op === 'scan') {
        scans.set(id, expandScan(node, inputs, members));
        values[id] = { tensor: scans.get(id)![0]!.tensor, mapped: false };
        return;
      }
      const tensors = inputs.map((input) => input.tensor);
      if (!inputs.some((input) => input.mapped)) {
        values[id] = { tensor: remake(node, tensors), mapped: false };
        return;
      }
      const context: BatchContext<OpName> = {
        inputs: tensors,
        mapped: inputs.map((input) => input.mapped),
        attrs: node.attrs,
        members,
        shape: node.shape,
        make: makeTensor,
      };
      const row = ops[node.op] as unknown as OpRow<OpName>;
      values[id] = { tensor: withScopePath(node.scope, () => withLine(node.line, () => row.batch(context))), mapped: true };
    });
    return graph.outputs.map((id, i) => (mappedOutputs[i] ? forAllMembers(values[id]!, members) : values[id]!.tensor));
  });
};

/**
 * A graph with a population as a plain graph over arrays with a member axis, by the batching rule of each op's row. For
 * compilers that do not emit the member loop themselves.
 */
export const expandPopulation = (graph: Graph): Graph => {
  const { population } = graph;
  if (population === undefined) return graph;
  const { population: _, ...single } = inlineCalls(graph);
  return expand(
    single,
    population.members,
    population.mapped,
    graph.outputs.map(() => true),
  );
};
