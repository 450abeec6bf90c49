import type { Backend, Precision } from '@nalu/core/backend';
import type { Graph, Node, OpName, OpRow } from '@nalu/core/graph';
import { ops, showShape } from '@nalu/core/graph';
import { runSideBySide, type Call } from '../device.ts';
import { sumOfTerms, type Bounded } from '../oracle/errors.ts';
import { showNumber } from '../oracle/numbers.ts';
import { oracle } from '../oracle/oracle.ts';
import type { Tally } from '../oracle/tally.ts';

/** So many of a list, two at least, spread over it: calls are listed by rank, so that several ranks are among them. */
export const someOf = <T>(list: readonly T[], count: number): readonly T[] =>
  count >= list.length ? list : Array.from({ length: count }, (_, i) => list[Math.floor((i * (list.length - 1)) / (count - 1))]!);

/** `log(0.3)` for elementwise calls, where element i of the result comes from element i of every input. */
export const describeElement =
  (op: OpName, inputs: readonly ArrayLike<number>[]) =>
  (i: number): string =>
    `${op}(${inputs.map((input) => showNumber(input[i]!)).join(', ')})`;

const position = (index: number, shape: readonly number[]): string => {
  const indices: number[] = [];
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    indices.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return showShape(indices);
};

const showAttrs = (attrs: object): readonly string[] => {
  const text = JSON.stringify(attrs).replaceAll('"', '').slice(1, -1);
  return text.length === 0 || text.length > 60 ? [] : [text];
};

/** `sum([2, 3], axes:[1])[0]` for all others. */
const describeCall =
  (graph: Graph) =>
  (i: number): string => {
    const node = graph.nodes[graph.outputs[0]!]!;
    const shapes = node.inputs.map((input) => showShape(graph.nodes[input]!.shape));
    return `${node.op}(${[...shapes, ...showAttrs(node.attrs)].join(', ')})${node.shape.length === 0 ? '' : position(i, node.shape)}`;
  };

/** Sums are measured against their terms: after cancellation, units of the result say nothing. */
const scaleOf = (graph: Graph, inputs: readonly ArrayLike<number>[]): ArrayLike<number> | undefined => {
  const node: Node = graph.nodes[graph.outputs[0]!]!;
  if ((ops[node.op] as unknown as OpRow<OpName>).numerics.tolerance.kind !== 'contraction') return undefined;
  const exact = inputs.map((input): Bounded => ({ value: Float64Array.from(input), error: new Float64Array(input.length) }));
  return sumOfTerms(
    node,
    node.inputs.map((input) => graph.nodes[input]!.shape),
    exact,
  );
};

interface Comparing {
  readonly backend: Backend;
  readonly tally: Tally;
  /** Default: f32. */
  readonly precision?: Precision;
}

/** A graph of one op, and how its results are named. Default: by the call and the place in it. */
export interface SingleOp extends Call {
  readonly describe?: (index: number) => string;
}

/** Runs graphs of one op and compares every result with the oracle. */
export const checkSingles = async (
  { backend, tally, precision = 'f32' }: Comparing,
  calls: readonly SingleOp[],
): Promise<void> => {
  const results = await runSideBySide(backend, calls, precision);
  calls.forEach(({ graph, rounds, describe = describeCall(graph) }, i) =>
    rounds.forEach((inputs, round) => {
      const scale = scaleOf(graph, inputs);
      const [expected] = oracle(graph, inputs, precision);
      const [got] = results[i]![round]!;
      tally.compare({ got: got!, expected: expected!, precision, describe, ...(scale === undefined ? {} : { scale }) });
    }),
  );
};

/** Any graph. */
export interface WholeGraph extends Call {
  /** What the graph is, for messages. */
  readonly what: string;
  /** Names of the outputs. Default: `output 0` and so on. */
  readonly outputs?: readonly string[];
}

/** Runs graphs and compares every output with the oracle, within the bound that the ops' tolerances add up to. */
export const checkGraphs = async (
  { backend, tally, precision = 'f32' }: Comparing,
  calls: readonly WholeGraph[],
): Promise<void> => {
  const results = await runSideBySide(backend, calls, precision);
  calls.forEach(({ graph, rounds, what, outputs = [] }, i) =>
    rounds.forEach((inputs, round) =>
      oracle(graph, inputs, precision).forEach((expected, output) =>
        tally.compare({
          got: results[i]![round]![output]!,
          expected,
          precision,
          describe: (index) => `${what}, ${outputs[output] ?? `output ${output}`}, element ${index}`,
        }),
      ),
    ),
  );
};
