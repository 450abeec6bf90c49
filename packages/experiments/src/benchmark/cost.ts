import { createModel, type Backend } from '@nalu/core';
import { backendFromKernels } from '@nalu/core/backend';
import { hoistInvariants, ops, simplify, type Cost, type Graph, type KernelContext, type OpName } from '@nalu/core/graph';
import { firstBatch, initialParameters } from './data.ts';
import { moduleOf, trainerOf } from './columns/trainer.ts';
import type { Workload } from './workloads.ts';

/** The graph that a backend would be asked to compile first. */
const firstGraph = async (use: (backend: Backend) => Promise<unknown>): Promise<Graph> => {
  let graph: Graph | undefined;
  const backend: Backend = {
    ...backendFromKernels({ name: 'recorder', device: 'none', runtime: 'none' }, {}),
    compile: (given) => {
      graph = given;
      return Promise.reject(new Error('The graph is known: nothing is computed.'));
    },
  };
  await use(backend).catch((error: unknown) => {
    if (graph === undefined) throw error;
  });
  return graph!;
};

const training = async (workload: Workload): Promise<Graph> => {
  const chunk = simplify(
    hoistInvariants(
      await firstGraph(async (backend) => {
        await trainerOf(workload, backend).run(workload.stepsPerRun);
      }),
    ),
  );
  const loop = chunk.nodes.find((node) => node.op === 'scan');
  return loop === undefined ? chunk : simplify(loop.attrs.body);
};

const inference = async (workload: Workload): Promise<Graph> => {
  const { inputs, outputs, batch } = workload;
  const shape = [inputs, outputs];
  const parameters = new Map(
    Object.entries(initialParameters(workload)).map(([path, data]: [string, Float32Array]) => [path, { shape, data }]),
  );
  const rows = { data: firstBatch(workload).x, shape: [batch, inputs] };
  return firstGraph((backend) => createModel({ module: moduleOf(workload), backend, parameters }).predict(rows));
};

const graphs = { training, inference } as const;

/** The cost of all nodes by the op table. */
const costOfGraph = (graph: Graph): Cost => {
  let [flops, bytes] = [0, 0];
  for (const node of graph.nodes) {
    const { cost } = ops[node.op] as { readonly cost: (context: KernelContext<OpName>) => Cost };
    const inputShapes = node.inputs.map((input) => graph.nodes[input]!.shape);
    const own = cost({ attrs: node.attrs, shape: node.shape, inputShapes });
    flops += own.flops;
    bytes += own.bytes;
  }
  return { flops, bytes };
};

/**
 * Operations and bytes of one step of one member, by the costs in core's op table: a function such as exp counts as one
 * operation, and every op reads and writes memory, as if nothing were fused. What does not change from step to step is left out.
 */
export const costOf = async (workload: Workload): Promise<Cost> => {
  const graph = await graphs[workload.task]({ ...workload, members: 1 });
  const { flops, bytes } = costOfGraph(graph);
  // Predictions are made in blocks of rows.
  const rows = graph.nodes[graph.inputs.at(-1)!]!.shape[0] ?? workload.batch;
  const blocks = workload.task === 'inference' ? workload.batch / rows : 1;
  return { flops: flops * blocks, bytes: bytes * blocks };
};
