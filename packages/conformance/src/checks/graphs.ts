import type { Backend, Precision } from '@nalu/core/backend';
import { interpret, print, trace, type FloatArray, type Graph, sizeOf } from '@nalu/core/graph';
import { gradients } from '@nalu/core';
import fc from 'fast-check';
import { ConformanceError, type Check, type CheckContext, type Measure } from '../check.ts';
import { anyNumber, usualValues } from '../cases/values.ts';
import { runGraph, runSideBySide } from '../device.ts';
import { graphOf, inputsOf, recipe, type Recipe } from '../graphs/random.ts';
import { singleOp } from '../graphs/single.ts';
import { naluLoss, naluShapes } from '../graphs/nalu.ts';
import { oracle } from '../oracle/oracle.ts';
import { Tally } from '../oracle/tally.ts';
import { checkGraphs } from './support.ts';

/** Of about eight graphs each. */
const RUNS: { readonly [T in CheckContext['tier']]: number } = { smoke: 2, certify: 40 };

/** With every node as an output: the first one whose value is wrong. */
const firstWrong = async (
  backend: Backend,
  graph: Graph,
  inputs: readonly (readonly number[])[],
  precision: Precision,
): Promise<string> => {
  const ids = graph.nodes.flatMap((node, id) => (node.op === 'input' || node.op === 'scan' ? [] : [id]));
  const open = { ...graph, outputs: ids };
  const got = await runGraph(backend, open, inputs, precision);
  const bounds = oracle(open, inputs, precision);
  const wrong = ids.findIndex((_, i) => {
    const tally = new Tally();
    tally.compare({ got: got[i]!, expected: bounds[i]!, precision, describe: String });
    return tally.violated;
  });
  return wrong < 0
    ? 'every op alone is right: the fault is in how they are fused'
    : `the first wrong op is ${graph.nodes[ids[wrong]!]!.op}`;
};

const precisionOf = ({ double }: Recipe, { info }: Backend): Precision =>
  double && info.precisions.includes('f64') ? 'f64' : 'f32';

/** A wrong one among several is found by shrinking: a single graph, as small as can be. */
const AT_ONCE = 16;

const checkRecipes = async (backend: Backend, recipes: readonly Recipe[], tally: Tally): Promise<void> => {
  for (const precision of backend.info.precisions) {
    const one = new Tally();
    const calls = recipes
      .filter((made) => precisionOf(made, backend) === precision)
      .map((made) => ({ graph: graphOf(made), rounds: [inputsOf(made)], what: `random graph in ${precision}` }));
    await checkGraphs({ backend, tally: one, precision }, calls);
    tally.count(one.finish().cases);
  }
};

const randomGraphs: Check = {
  op: 'graphs',
  case: 'random graphs',
  run: async ({ backend, tier }): Promise<Measure> => {
    const tally = new Tally();
    const several = fc.array(recipe, { minLength: 1, maxLength: AT_ONCE, size: 'max' });
    const property = fc.asyncProperty(several, (recipes) => checkRecipes(backend, recipes, tally));
    const { failed, counterexample, errorInstance } = await fc.check(property, { seed: 2, numRuns: RUNS[tier] });
    if (!failed) return tally.finish();
    const made = counterexample![0][0]!;
    const graph = graphOf(made);
    const blame =
      errorInstance instanceof ConformanceError
        ? `; ${await firstWrong(backend, graph, inputsOf(made), precisionOf(made, backend))}`
        : '';
    const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    throw new ConformanceError(`${reason}${blame}. The smallest such graph:\n${print(graph)}`, tally.finish());
  },
};

const hasScan = (graph: Graph): boolean => graph.nodes.some((node) => node.op === 'scan');

interface Sample {
  readonly graph: Graph;
  readonly inputs: readonly ArrayLike<number>[];
}

/** Runs every node as a graph of its own; side by side, those whose operands are there. */
const runOpByOp = async (backend: Backend, samples: readonly Sample[]): Promise<readonly (readonly FloatArray[])[]> => {
  const values = samples.map(({ graph, inputs }) => {
    const known = new Map<number, ArrayLike<number>>();
    graph.inputs.forEach((id, i) => known.set(id, inputs[i]!));
    return known;
  });
  for (;;) {
    const ready = samples.flatMap(({ graph: { nodes } }, sample) =>
      [...nodes.entries()]
        .filter(([id, { inputs }]) => !values[sample]!.has(id) && inputs.every((input) => values[sample]!.has(input)))
        .map(([id, node]) => ({
          sample,
          id,
          graph: singleOp(
            node.op,
            node.inputs.map((input) => nodes[input]!.shape),
            node.attrs,
          ),
          rounds: [node.inputs.map((input) => values[sample]!.get(input)!)],
        })),
    );
    if (ready.length === 0) break;
    const results = await runSideBySide(backend, ready);
    ready.forEach(({ sample, id }, i) => values[sample]!.set(id, results[i]![0]![0]!));
  }
  return samples.map(({ graph }, sample) => graph.outputs.map((id) => values[sample]!.get(id) as FloatArray));
};

const naluGradients = (): Sample => {
  const graph = trace(naluShapes, (...all) => {
    const loss = naluLoss(all);
    return [loss, ...gradients(loss, all.slice(2))];
  });
  return {
    graph,
    inputs: naluShapes.map(({ shape }, i) => usualValues({ ...anyNumber, usual: [-2, 2] }, sizeOf(shape), 90 + i)),
  };
};

const fusedIsUnfused: Check = {
  op: 'graphs',
  case: 'fused = op by op',
  run: async ({ backend, tier }): Promise<Measure> => {
    const tally = new Tally();
    const sampled = fc
      .sample(recipe, { seed: 5, numRuns: tier === 'smoke' ? 2 : 30 })
      .map((made) => ({ graph: graphOf(made), inputs: inputsOf(made) }));
    const samples = [naluGradients(), ...sampled.filter((each) => !hasScan(each.graph))];
    const fused = await runSideBySide(
      backend,
      samples.map(({ graph, inputs }) => ({ graph, rounds: [inputs] })),
    );
    const single = await runOpByOp(backend, samples);
    samples.forEach(({ graph, inputs }, sample) =>
      oracle(graph, inputs, 'f32').forEach(({ error }, i) => {
        // Either may be off by the bound.
        const expected = { value: Float64Array.from(single[sample]![i]!), error: error.map((e) => 2 * e) };
        tally.compare({
          got: fused[sample]![0]![i]!,
          expected,
          precision: 'f32',
          describe: (at) => `output ${i} of one graph, compared with op by op: element ${at}`,
        });
      }),
    );
    return tally.finish();
  },
};

const savedGraph: Check = {
  op: 'graphs',
  case: 'structured clone',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const { graph, inputs } = naluGradients();
    const plain = await runGraph(backend, graph, inputs);
    const cloned = await runGraph(backend, structuredClone(graph), inputs);
    plain.forEach((values, i) => tally.same(cloned[i]!, values, (at) => `output ${i} of a cloned graph, element ${at}`));
    return tally.finish();
  },
};

/** Outputs that are inputs, the same node twice, constants, and inputs that nothing uses. */
const unusualOutputs: Check = {
  op: 'graphs',
  case: 'unusual outputs',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const specs = [
      { name: 'x', shape: [3] },
      { name: 'unused', shape: [2] },
    ];
    const inputs = [Float64Array.of(1, -2, 3), Float64Array.of(5, 6)];
    const graph = trace(specs, (x) => {
      const y = x!.mul(2);
      return [x!, y, y, x!.sum(), x!.reshape([3, 1]), y.mul(0).add(7)];
    });
    const got = await runGraph(backend, graph, inputs);
    interpret(graph, inputs).forEach((want, i) =>
      tally.same(got[i]!, want, (at) => `output ${i} of [x, y, y, Σx, reshaped x, 7], element ${at}`),
    );
    return tally.finish();
  },
};

/** Graphs of many ops. */
export const graphChecks: readonly Check[] = [randomGraphs, fusedIsUnfused, savedGraph, unusualOutputs];
