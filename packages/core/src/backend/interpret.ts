import { inputShape, type Graph, type Node } from '../graph/graph.ts';
import { lastUses } from '../graph/liveness.ts';
import type { OpName } from '../ops/attrs.ts';
import type { FloatArray, Kernel } from '../ops/row.ts';
import { ops } from '../ops/table.ts';
import { showShape, sizeOf } from '../tensor/shape.ts';
import { expandPopulation } from '../transform/vectorize.ts';
import { inlineCalls } from '../transform/inline.ts';
import { ArgumentError } from '../errors.ts';
import type { Precision } from './contract.ts';

/** Kernels for some ops; core's reference kernels compute the others. */
export type KernelTable = { readonly [K in OpName]?: Kernel<K> };

/** Where the interpreter is: a node, and the steps of the scans around it, outermost first. */
export interface Position {
  readonly graph: Graph;
  readonly node: Node;
  readonly steps: readonly number[];
}

export interface InterpretOptions {
  /** Default: 'f64', the oracle. In 'f32' every node's result is rounded to single precision. */
  readonly precision?: Precision;
  /** Default: the reference kernels. */
  readonly kernels?: KernelTable;
  /** Called after every node with its value and those of its inputs. */
  readonly onNode?: (position: Position, value: FloatArray, inputs: readonly FloatArray[]) => void;
}

export const allocators: { readonly [P in Precision]: (size: number) => FloatArray } = {
  f32: (size) => new Float32Array(size),
  f64: (size) => new Float64Array(size),
};

interface Run {
  readonly allocate: (size: number) => FloatArray;
  readonly kernels: KernelTable;
  readonly onNode: InterpretOptions['onNode'];
  /** When values die, by graph: the body of a loop runs many times. */
  readonly lastUses: Map<Graph, readonly number[]>;
}

const lastUsesIn = (run: Run, graph: Graph): readonly number[] => {
  const known = run.lastUses.get(graph) ?? lastUses(graph);
  run.lastUses.set(graph, known);
  return known;
};

const kernelOf = (op: OpName, kernels: KernelTable): Kernel<OpName> =>
  (kernels[op] ?? ops[op].kernel) as unknown as Kernel<OpName>;

const runScan = (
  node: Node & { readonly op: 'scan' },
  inputs: readonly FloatArray[],
  run: Run,
  steps: readonly number[],
): readonly FloatArray[] => {
  const { body, length, constants, carries, keepEvery } = node.attrs;
  const fixed = inputs.slice(0, constants);
  const stacked = inputs.slice(constants + carries);
  const kept = Math.floor(length / keepEvery);
  const ys = body.outputs.slice(carries).map((id) => run.allocate(kept * sizeOf(body.nodes[id]!.shape)));
  let carry = inputs.slice(constants, constants + carries);
  for (let step = 0; step < length; step++) {
    const xs = stacked.map((x) => x.subarray((step * x.length) / length, ((step + 1) * x.length) / length));
    const outputs = runGraph(body, [...fixed, ...carry, ...xs], run, [...steps, step]);
    carry = outputs.slice(0, carries);
    if ((step + 1) % keepEvery === 0) {
      const slot = (step + 1) / keepEvery - 1;
      outputs.slice(carries).forEach((y, i) => ys[i]!.set(y, slot * y.length));
    }
  }
  return [...carry, ...ys];
};

const runGraph = (graph: Graph, inputs: readonly FloatArray[], run: Run, steps: readonly number[]): readonly FloatArray[] => {
  const values = new Array<FloatArray | undefined>(graph.nodes.length);
  const scans = new Map<number, readonly FloatArray[]>();
  const last = lastUsesIn(run, graph);
  graph.inputs.forEach((id, i) => {
    values[id] = inputs[i]!;
  });
  graph.nodes.forEach((node, id) => {
    const args = node.inputs.map((input) => values[input]!);
    if (node.op === 'scan') {
      scans.set(id, runScan(node as Node & { op: 'scan' }, args, run, steps));
      values[id] = run.allocate(0);
    } else if (node.op === 'pick') {
      values[id] = scans.get(node.inputs[0]!)![node.attrs.index]!;
    } else if (node.op !== 'input') {
      const out = run.allocate(sizeOf(node.shape));
      kernelOf(node.op, run.kernels)(out, args, {
        attrs: node.attrs,
        shape: node.shape,
        inputShapes: node.inputs.map((input) => graph.nodes[input]!.shape),
      });
      values[id] = out;
    }
    if (node.op !== 'scan') run.onNode?.({ graph, node, steps }, values[id]!, args);
    for (const input of node.inputs) if (last[input] === id) values[input] = undefined;
  });
  return graph.outputs.map((id) => values[id]!);
};

/** Calls inlined and the member axis made explicit: what the interpreter, and any backend of plain kernels, can run. */
export const plainGraph = (graph: Graph): Graph => expandPopulation(inlineCalls(graph));

/**
 * Runs a graph on the host, node by node: in f64 with the reference kernels it is the oracle that all backends are compared
 * with. Inputs and outputs have a leading member axis where the graph has a population.
 *
 * @throws ArgumentError when the inputs do not fit the graph.
 */
export const interpret = (graph: Graph, inputs: readonly FloatArray[], options: InterpretOptions = {}): readonly FloatArray[] => {
  const { precision = 'f64', kernels = {}, onNode } = options;
  if (inputs.length !== graph.inputs.length)
    throw new ArgumentError(`The graph takes ${graph.inputs.length} inputs, but ${inputs.length} were given.`);
  inputs.forEach((input, i) => {
    const shape = inputShape(graph, i);
    if (input.length !== sizeOf(shape))
      throw new ArgumentError(
        `Input ${i} has shape ${showShape(shape)} and needs ${sizeOf(shape)} numbers, but ${input.length} were given.`,
      );
  });
  const allocate = allocators[precision];
  const rounded = inputs.map((input) => {
    const copy = allocate(input.length);
    copy.set(input);
    return copy;
  });
  const plain = plainGraph(graph);
  const outputs = runGraph(plain, rounded, { allocate, kernels, onNode, lastUses: new Map() }, []);
  return outputs.map((output) => (rounded.includes(output) ? output.slice() : output));
};
