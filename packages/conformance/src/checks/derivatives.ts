import { constant, gradients, safeWhere, type Tensor } from '@nalu/core';
import { instantiate, interpret, trace, type Graph, type OpName, sizeOf } from '@nalu/core/graph';
import { cases, type Call, type OpCases } from '../cases/cases.ts';
import { smoothValues, type Operand } from '../cases/values.ts';
import { ConformanceError, type Check, type CheckContext, type Measure } from '../check.ts';
import { runSideBySide } from '../device.ts';
import { singleOp } from '../graphs/single.ts';
import { centralDifferences } from '../oracle/differences.ts';
import type { ComputedOp } from '../oracle/errors.ts';
import { showNumber } from '../oracle/numbers.ts';
import { Tally } from '../oracle/tally.ts';
import { checkGraphs, someOf } from './support.ts';

type AnyCases = OpCases<OpName>;

/** Fixed weights, no two alike, so that a gradient in the wrong place shows. */
const weights = (size: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => Math.fround(0.5 + ((i * 37) % 64) / 64));

/** Σ w ⊙ op(x), and its gradients. */
const graphsOf = (op: OpName, call: Call<OpName>): { readonly loss: Graph; readonly gradient: Graph } => {
  const specs = call.shapes.map((shape, i) => ({ name: `x${i}`, shape }));
  const lossOf = (xs: readonly Tensor[]): Tensor => {
    const [y] = instantiate(singleOp(op, call.shapes, call.attrs), xs);
    return y!.mul(constant(weights(y!.size), y!.shape)).sum();
  };
  return { loss: trace(specs, (...xs) => [lossOf(xs)]), gradient: trace(specs, (...xs) => gradients(lossOf(xs), xs)) };
};

const valueOf = (loss: Graph, inputs: readonly (readonly number[])[]): number =>
  interpret(
    loss,
    inputs.map((input) => Float64Array.from(input)),
  )[0]![0]!;

/** The rule in the op table against central differences: if this fails, core is wrong and not the backend. */
const checkRule = (op: OpName, spec: AnyCases, loss: Graph, gradient: Graph, inputs: readonly (readonly number[])[]): void => {
  // Padding with an infinity, for example: there is nothing to take differences of.
  if (!Number.isFinite(valueOf(loss, inputs))) return;
  const exact = interpret(
    gradient,
    inputs.map((input) => Float64Array.from(input)),
  );
  inputs.forEach((input, i) => {
    if (operandAt(spec, i).smooth === undefined) return;
    const slopes = centralDifferences(loss, inputs, i);
    exact[i]!.forEach((value, at) => {
      if (Math.abs(value - slopes[at]!) <= 1e-6 * Math.max(1, Math.abs(value))) return;
      throw new ConformanceError(
        `The derivative of ${op} in core's op table is ${showNumber(value)} at ${showNumber(input[at]!)} (input ${i}), but central differences give ${showNumber(slopes[at]!)}. This is no fault of the backend.`,
      );
    });
  });
};

const operandAt = ({ operands }: AnyCases, i: number): Operand => operands[Math.min(i, operands.length - 1)]!;

const LARGEST = 64;
const CALLS: { readonly [T in CheckContext['tier']]: number } = { smoke: 2, certify: Infinity };

const derivative = async (op: OpName, spec: AnyCases, { backend, tier }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const small = spec.calls.filter((call) => call.shapes.every((shape) => sizeOf(shape) <= LARGEST));
  const calls = someOf(small, CALLS[tier]).map((call) => {
    const { loss, gradient } = graphsOf(op, call);
    const inputs = call.shapes.map((shape, i) => smoothValues(operandAt(spec, i), sizeOf(shape), 70 + i));
    checkRule(op, spec, loss, gradient, inputs);
    const outputs = call.shapes.map((_, i) => `gradient of input ${i}`);
    return { graph: gradient, rounds: [inputs], what: `derivative of ${op}`, outputs };
  });
  await checkGraphs({ backend, tally }, calls);
  return tally.finish();
};

interface Kink {
  readonly op: string;
  readonly f: (x: Tensor) => Tensor;
  readonly at: readonly number[];
  /** ∂Σf/∂x, by definition or by hand. */
  readonly expected: readonly number[];
}

const positive = (x: Tensor): Tensor => x.gt(0);

/** What the rows promise where the derivative jumps, and where a branch that is not taken is infinite. */
const kinks: readonly Kink[] = [
  { op: 'abs', f: (x) => x.abs(), at: [0, -0, 1, -2], expected: [0, 0, 1, -1] },
  { op: 'where', f: (x) => x.relu(), at: [0, 1, -1], expected: [0, 1, 0] },
  { op: 'clamp', f: (x) => x.clamp(-1, 1), at: [-1, 1, 0.5, -1.5, 2], expected: [1, 1, 1, 0, 0] },
  { op: 'sqrt', f: (x) => x.sqrt(), at: [0, 4, 0.25], expected: [0, 0.25, 1] },
  { op: 'pow', f: (x) => x.pow(0.5), at: [0, 4], expected: [0, 0.25] },
  { op: 'pow', f: (x) => x.pow(2.5), at: [0, 4], expected: [0, 20] },
  { op: 'pow', f: (x) => x.pow(2), at: [0, -3], expected: [0, -6] },
  { op: 'pow', f: (x) => constant(0).pow(x), at: [1, 2], expected: [0, 0] },
  { op: 'max', f: (x) => x.max(0), at: [0, 1, -1], expected: [0.5, 1, 0] },
  { op: 'min', f: (x) => x.min(0), at: [0, 1, -1], expected: [0.5, 0, 1] },
  { op: 'reduceMax', f: (x) => x.reduceMax(), at: [1, 3, 3], expected: [0, 0.5, 0.5] },
  { op: 'reduceMin', f: (x) => x.reduceMin(), at: [1, 1, 1, 3], expected: [1 / 3, 1 / 3, 1 / 3, 0] },
  { op: 'prod', f: (x) => x.prod(), at: [0, 2, 3], expected: [6, 0, 0] },
  { op: 'prod', f: (x) => x.prod(), at: [0, 0, 3], expected: [0, 0, 0] },
  { op: 'exclusiveProd', f: (x) => x.exclusiveProd(), at: [0, 2, 3], expected: [5, 3, 2] },
  { op: 'log', f: (x) => safeWhere(positive(x), (safe) => safe.log(), x, 1, 0), at: [0, 2, -1], expected: [0, 0.5, 0] },
  {
    op: 'reciprocal',
    f: (x) => safeWhere(x.eq(0), () => constant(0), x, 1, 0).add(safeWhere(positive(x), (safe) => safe.reciprocal(), x, 1, 0)),
    at: [0, 2],
    expected: [0, -0.25],
  },
  { op: 'div', f: (x) => safeWhere(positive(x), (safe) => constant(1).div(safe), x, 1, 0), at: [0, 4], expected: [0, -0.0625] },
  { op: 'pow', f: (x) => safeWhere(positive(x), (safe) => safe.pow(-0.5), x, 1, 0), at: [0, 4, -2], expected: [0, -0.0625, 0] },
  { op: 'sigmoid', f: (x) => x.sigmoid(), at: [0, 200, -200], expected: [0.25, 0, 0] },
  { op: 'tanh', f: (x) => x.tanh(), at: [0, 50, -50], expected: [1, 0, 0] },
  { op: 'softplus', f: (x) => x.softplus(), at: [0, 200, -200], expected: [0.5, 1, 0] },
  { op: 'logSumExp', f: (x) => x.logSumExp(), at: [1000, 1000], expected: [0.5, 0.5] },
  {
    op: 'softmax',
    f: (x) =>
      x
        .softmax()
        .mul(constant([1, 0]))
        .sum(),
    at: [0, 0],
    expected: [0.25, -0.25],
  },
];

const kinkCheck: Check = {
  op: 'derivatives',
  case: 'at kinks and behind masks',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const results = await runSideBySide(
      backend,
      kinks.map(({ f, at }) => ({
        graph: trace([{ name: 'x', shape: [at.length] }], (x) => gradients(f(x!).sum(), [x!])),
        rounds: [[at]],
      })),
    );
    kinks.forEach(({ op, at, expected }, i) => {
      // A few roundings, relative to a derivative of order one.
      const bounded = {
        value: Float64Array.from(expected),
        error: Float64Array.from(expected, (value) => 1e-6 * Math.abs(value) + 1e-30),
      };
      tally.compare({
        got: results[i]![0]![0]!,
        expected: bounded,
        precision: 'f32',
        describe: (index) => `derivative of ${op} at ${showNumber(at[index]!)}`,
      });
    });
    return tally.finish();
  },
};

const derivativeChecks: readonly Check[] = (Object.keys(cases) as ComputedOp[])
  .filter((op) => cases[op].operands.length > 0)
  .map((op): Check => ({ op, case: 'derivative', run: (context) => derivative(op, cases[op] as unknown as AnyCases, context) }));

/** Derivatives of every op: core's rule against central differences, the backend's values against the oracle's. */
export const differentiationChecks: readonly Check[] = [...derivativeChecks, kinkCheck];
