import type { Graph } from '../graph/graph.ts';
import { lastUses } from '../graph/liveness.ts';
import { simplify } from '../graph/simplify.ts';
import type { OpName } from '../ops/attrs.ts';
import type { FloatArray } from '../ops/row.ts';
import { sizeOf } from '../tensor/shape.ts';
import {
  bytesPerNumber,
  CONTRACT_VERSION,
  type Backend,
  type BackendInfo,
  type PlanReport,
  type PlanStep,
  type Precision,
} from './contract.ts';
import { hostBackend, type HostMemory, type HostProgram } from './host.ts';
import { allocators, interpret, plainGraph, type KernelTable } from './interpret.ts';

/** What a backend made of kernels says about itself; the rest of `BackendInfo` follows from how it works. */
export type KernelBackendInfo = Pick<BackendInfo, 'name' | 'device' | 'runtime'> &
  Partial<Pick<BackendInfo, 'versions' | 'precisions'>>;

/** Plain arrays as device memory. */
export const arrayMemory: HostMemory<FloatArray> = {
  allocate: (elements, precision) => allocators[precision](elements),
  release: () => {},
  view: (storage) => storage,
};

const nothingToRun: ReadonlySet<OpName> = new Set<OpName>(['input', 'scan', 'pick']);

const stepsOf = (graph: Graph, kernels: KernelTable): readonly PlanStep[] =>
  graph.nodes.flatMap((node): readonly PlanStep[] => {
    if (node.op === 'scan') return stepsOf(node.attrs.body, kernels);
    if (nothingToRun.has(node.op)) return [];
    if (kernels[node.op] !== undefined) return [{ ops: [node.op], path: 'library' }];
    return [{ ops: [node.op], path: 'reference', reason: 'the backend supplies no kernel for this op' }];
  });

const hasScan = (graph: Graph): boolean => graph.nodes.some((node) => node.op === 'scan');

/** The interpreter frees a value after its last use: the peak is the largest sum of live values. */
const interpreterMemory = (graph: Graph, precision: Precision): PlanReport['memory'] => {
  const width = bytesPerNumber[precision];
  const sizes = graph.nodes.map((node) => (node.op === 'scan' ? 0 : width * sizeOf(node.shape)));
  const last = lastUses(graph);
  const sum = (ids: readonly number[]): number => ids.reduce((total, id) => total + sizes[id]!, 0);
  let live = sum(graph.inputs);
  let peak = live;
  graph.nodes.forEach((node, id) => {
    const inside = node.op === 'scan' ? interpreterMemory(node.attrs.body, precision).peak : 0;
    if (node.op !== 'input') live += sizes[id]!;
    peak = Math.max(peak, live + inside);
    // The caller holds the inputs.
    for (const input of new Set(node.inputs)) if (last[input] === id && graph.nodes[input]!.op !== 'input') live -= sizes[input]!;
  });
  return { inputs: sum(graph.inputs), outputs: sum(graph.outputs), working: 0, peak };
};

/** A program that interprets the graph node by node. */
export const interpretedProgram = (
  graph: Graph,
  precision: Precision,
  kernels: KernelTable = {},
  reason?: string,
): HostProgram<FloatArray> => {
  const plain = simplify(plainGraph(graph));
  const steps = stepsOf(plain, kernels);
  return {
    run: (inputs, outputs) => {
      const results = interpret(plain, inputs, { precision, kernels });
      results.forEach((result, i) => outputs[i]!.set(result));
    },
    report: {
      steps: reason === undefined ? steps : steps.map((step) => (step.path === 'reference' ? { ...step, reason } : step)),
      memory: interpreterMemory(plain, precision),
      scan: hasScan(plain) ? 'host' : 'none',
    },
    workingBytes: 0,
    dispose: () => {},
  };
};

/**
 * A whole backend from forward kernels over host arrays: compiling, loops, populations, buffers, checks and memory accounts
 * come from core; ops without a kernel run core's reference kernel, and the report says so.
 *
 * A kernel gets `(out, inputs, { attrs, shape, inputShapes })`, all arrays row-major, and fills `out`.
 */
export const backendFromKernels = (info: KernelBackendInfo, kernels: KernelTable): Backend =>
  hostBackend<FloatArray>({
    info: {
      versions: {},
      precisions: ['f32', 'f64'],
      ...info,
      contract: CONTRACT_VERSION,
      simd: false,
      threads: 1,
      softwareAdapter: false,
      scan: 'host',
      random: kernels.randomUniform === undefined ? 'host' : 'native',
      paths: ['library', 'reference'],
    },
    memory: arrayMemory,
    compile: async (graph, precision) => interpretedProgram(graph, precision, kernels),
    dispose: () => {},
  });
