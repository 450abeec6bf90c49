import { interpret } from '../backend/interpret.ts';
import type { Precision } from '../backend/contract.ts';
import type { Graph } from '../graph/graph.ts';
import type { FloatArray } from '../ops/row.ts';

/** What a graph should give: the f64 oracle's values of each output, and how far from them a backend may be. */
export interface Expected {
  readonly values: readonly FloatArray[];
  readonly tolerances: readonly number[];
  /** Where rounding alone makes a value infinite or NaN: nothing is known of those. */
  readonly known: readonly ((index: number) => boolean)[];
}

const FINE: { readonly [P in Precision]: number } = { f32: 1e-3, f64: 1e-9 };

/** Other orders of summation and other functions of 4 ulp move a result by a few times what rounding moves it. */
const ROUNDINGS = 16;

const largest = (values: Iterable<number>): number => {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
};

/**
 * Computes a graph on the host. An output may be off by a thousandth of its largest value (f64: 10⁻⁹ of it), and by 16 times
 * what rounding every op to the precision changes.
 */
export const expectedOf = (graph: Graph, inputs: readonly FloatArray[], precision: Precision): Expected => {
  const values = interpret(graph, inputs);
  const rounded = precision === 'f64' ? values : interpret(graph, inputs, { precision });
  return {
    values,
    tolerances: values.map((exact, i) => {
      const moved = largest(Array.from(exact, (value, at) => rounded[i]![at]! - value));
      return FINE[precision] * largest(exact) + ROUNDINGS * moved;
    }),
    known: values.map((exact, i) => (at: number) => Number.isFinite(exact[at]) && Number.isFinite(rounded[i]![at])),
  };
};

/** The first value that is wrong, in a sentence; undefined when all are right. */
export const firstMistake = ({ values, tolerances, known }: Expected, got: readonly FloatArray[]): string | undefined => {
  for (const [i, exact] of values.entries()) {
    const at = exact.findIndex((value, each) => known[i]!(each) && !(Math.abs(got[i]![each]! - value) <= tolerances[i]!));
    if (at >= 0)
      return `it computes element ${at} of output ${i} as ${got[i]![at]}, but the oracle gives ${exact[at]} (allowed: ± ${tolerances[i]!.toPrecision(2)}).`;
  }
  return undefined;
};
