import type { Precision } from '@nalu/core/backend';
import { inlineCalls, inputShape, outputShape, type Graph, type Node, type NodeOf, sizeOf } from '@nalu/core/graph';
import { applyKernel, boundInput, boundNode, type Bounded, type ComputedOp } from './errors.ts';

const slice = ({ value, error }: Bounded, start: number, end: number): Bounded => ({
  value: value.subarray(start, end),
  error: error.subarray(start, end),
});

const concat = (parts: readonly Bounded[], size: number): Bounded => {
  const joined = { value: new Float64Array(size), error: new Float64Array(size) };
  let at = 0;
  for (const part of parts) {
    joined.value.set(part.value, at);
    joined.error.set(part.error, at);
    at += part.value.length;
  }
  return joined;
};

const runScan = (node: NodeOf<'scan'>, inputs: readonly Bounded[], precision: Precision): readonly Bounded[] => {
  const { body, length, constants, carries, keepEvery } = node.attrs;
  const stacked = inputs.slice(constants + carries);
  const kept: (readonly Bounded[])[] = [];
  let carry = inputs.slice(constants, constants + carries);
  for (let step = 0; step < length; step++) {
    const xs = stacked.map((x) => slice(x, (step * x.value.length) / length, ((step + 1) * x.value.length) / length));
    const outputs = runGraph(body, [...inputs.slice(0, constants), ...carry, ...xs], precision);
    carry = outputs.slice(0, carries);
    if ((step + 1) % keepEvery === 0) kept.push(outputs.slice(carries));
  }
  const ys = body.outputs.slice(carries).map((id, i) =>
    concat(
      kept.map((outputs) => outputs[i]!),
      kept.length * sizeOf(body.nodes[id]!.shape),
    ),
  );
  return [...carry, ...ys];
};

const runNode = (graph: Graph, node: Node, inputs: readonly Bounded[], precision: Precision): Bounded => {
  const inputShapes = node.inputs.map((input) => graph.nodes[input]!.shape);
  const value = applyKernel(
    node,
    inputShapes,
    inputs.map((input) => input.value),
  );
  return { value, error: boundNode(node as NodeOf<ComputedOp>, inputShapes, inputs, value, precision) };
};

const runGraph = (graph: Graph, inputs: readonly Bounded[], precision: Precision): readonly Bounded[] => {
  const values = new Array<Bounded>(graph.nodes.length);
  const scans = new Map<number, readonly Bounded[]>();
  graph.inputs.forEach((id, i) => {
    values[id] = inputs[i]!;
  });
  graph.nodes.forEach((node, id) => {
    if (values[id] !== undefined) return;
    const args = node.inputs.map((input) => values[input]!);
    if (node.op === 'scan') scans.set(id, runScan(node, args, precision));
    else values[id] = node.op === 'pick' ? scans.get(node.inputs[0]!)![node.attrs.index]! : runNode(graph, node, args, precision);
  });
  return graph.outputs.map((id) => values[id]!);
};

/**
 * Runs a graph in double precision with the reference kernels, and beside every value bounds how far a conforming backend of
 * the given precision can be from it (running error analysis: Higham, Accuracy and Stability of Numerical Algorithms, §3.3).
 * A population runs member by member, so that no batching rule is trusted.
 */
export const oracle = (graph: Graph, inputs: readonly ArrayLike<number>[], precision: Precision): readonly Bounded[] => {
  const given = inputs.map((input): Bounded => {
    const value = Float64Array.from(input);
    return { value, error: boundInput(value, precision) };
  });
  const { population, ...single } = inlineCalls(graph);
  if (population === undefined) return runGraph(single, given, precision);
  const { members, mapped } = population;
  const perMember = Array.from({ length: members }, (_, member) =>
    runGraph(
      single,
      given.map((input, i) => {
        const size = sizeOf(inputShape(graph, i)) / members;
        return mapped[i] ? slice(input, member * size, (member + 1) * size) : input;
      }),
      precision,
    ),
  );
  return graph.outputs.map((_, i) =>
    concat(
      perMember.map((outputs) => outputs[i]!),
      sizeOf(outputShape(graph, i)),
    ),
  );
};
