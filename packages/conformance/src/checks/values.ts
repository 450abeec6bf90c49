import {
  ops,
  showShape,
  sizeOf,
  type FloatArray,
  type Graph,
  type Kernel,
  type OpName,
  type OpRow,
  type ReductionAttrs,
} from '@nalu/core/graph';
import { cases, type Call, type OpCases } from '../cases/cases.ts';
import { randomValues, type Operand } from '../cases/values.ts';
import type { Check, CheckContext, Measure } from '../check.ts';
import { runGraph, runSideBySide } from '../device.ts';
import { singleOp } from '../graphs/single.ts';
import type { ComputedOp } from '../oracle/errors.ts';
import { Tally } from '../oracle/tally.ts';
import { checkSingles, describeElement, someOf } from './support.ts';

type AnyCases = OpCases<OpName>;

const operandAt = ({ operands }: AnyCases, i: number): Operand => operands[Math.min(i, operands.length - 1)]!;

const randomInputs = (spec: AnyCases, call: Call<OpName>, seed: number): readonly (readonly number[])[] =>
  call.shapes.map((shape, i) => randomValues(operandAt(spec, i), sizeOf(shape), seed + i));

const graphOf = (op: OpName, { shapes, attrs }: Call<OpName>): Graph => singleOp(op, shapes, attrs);

/** Every combination of one value per list. */
const combinations = (lists: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  lists.reduce<readonly (readonly number[])[]>((rows, list) => rows.flatMap((row) => list.map((x) => [...row, x])), [[]]);

const column = (rows: readonly (readonly number[])[], i: number): readonly number[] => rows.map((row) => row[i]!);

/** Every combination of special values, in one long array. */
const specialElementwise = async (op: OpName, spec: AnyCases, { backend }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const rows = combinations(spec.operands.map(({ special }) => special)).filter((row) => !spec.undefinedAt?.(...row));
  const inputs = spec.operands.map((_, i) => column(rows, i));
  const graph = singleOp(
    op,
    inputs.map((input) => [input.length]),
    spec.calls[0]!.attrs,
  );
  await checkSingles({ backend, tally }, [{ graph, rounds: [inputs], describe: describeElement(op, inputs) }]);
  return tally.finish();
};

/** Where special values stand in large arrays says nothing new. */
const LARGEST = 700;

/** Special values in the places of a call, each in turn at the front. */
const specialElsewhere = async (op: OpName, spec: AnyCases, { backend }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const calls = spec.calls.filter((each) => each.shapes.every((shape) => sizeOf(shape) <= LARGEST));
  const inputsOf = (call: Call<OpName>): readonly (readonly number[])[] =>
    call.shapes.map((shape, i) => {
      const { special } = operandAt(spec, i);
      return Array.from({ length: sizeOf(shape) }, (_, at) => special[(at * 7 + i * 3) % special.length]!);
    });
  await checkSingles(
    { backend, tally },
    calls.map((call) => ({ graph: graphOf(op, call), rounds: [inputsOf(call)] })),
  );
  return tally.finish();
};

type PairOp = Exclude<keyof ReductionAttrs, 'argmax' | 'exclusiveProd'>;
const pairOps: readonly PairOp[] = ['sum', 'prod', 'reduceMin', 'reduceMax'];

/** All triples of special values, reduced along the rows. */
const specialTriples = async (op: PairOp, spec: AnyCases, { backend }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const { special } = spec.operands[0]!;
  const rows = combinations([special, special, special]);
  const graph = singleOp(op, [[rows.length, 3]], { axes: [1] });
  await checkSingles({ backend, tally }, [
    { graph, rounds: [[rows.flat()]], describe: (i) => `${op} of ${rows[i]!.join(', ')}` },
  ]);
  return tally.finish();
};

const isPairOp = (op: OpName): op is PairOp => (pairOps as readonly OpName[]).includes(op);

const special = (op: OpName, spec: AnyCases, context: CheckContext): Promise<Measure> => {
  if (spec.elementwise) return specialElementwise(op, spec, context);
  return isPairOp(op) ? specialTriples(op, spec, context) : specialElsewhere(op, spec, context);
};

/** Bit for bit with the reference: only the signs of zeros are new here. */
const signedZeros = async (op: OpName, spec: AnyCases, { backend }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const rows = spec.zeros!;
  const inputs = rows[0]!.map((_, i) => column(rows, i));
  const graph = singleOp(
    op,
    inputs.map((input) => [input.length]),
    spec.calls[0]!.attrs,
  );
  const [got] = await runGraph(backend, graph, inputs);
  const expected = new Float64Array(rows.length);
  const kernel = ops[op].kernel as unknown as Kernel<OpName>;
  kernel(
    expected,
    inputs.map((input) => Float64Array.from(input)),
    { attrs: spec.calls[0]!.attrs, shape: [rows.length], inputShapes: inputs.map((input) => [input.length]) },
  );
  tally.same(got!, expected, describeElement(op, inputs));
  return tally.finish();
};

const RANDOM: { readonly [T in CheckContext['tier']]: number } = { smoke: 600, certify: 20_000 };

/** Odd lengths, so that vector code has a rest. */
const randomElementwise = async (op: OpName, spec: AnyCases, { backend, tier }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const count = RANDOM[tier] + 1;
  for (const precision of backend.info.precisions) {
    const inputs = spec.operands.map((operand, i) => randomValues(operand, count, 11 + i));
    const graph = singleOp(
      op,
      inputs.map(() => [count]),
      spec.calls[0]!.attrs,
    );
    const measured = precision === 'f32' ? tally : new Tally();
    await checkSingles({ backend, tally: measured, precision }, [
      { graph, rounds: [inputs], describe: describeElement(op, inputs) },
    ]);
    if (measured !== tally) tally.count(measured.finish().cases);
  }
  return tally.finish();
};

const ROUNDS: { readonly [T in CheckContext['tier']]: number } = { smoke: 1, certify: 8 };
const CALLS: { readonly [T in CheckContext['tier']]: number } = { smoke: 4, certify: Infinity };

/** Every call of the table, or some of them: ranks 0 to 5, all attributes, random values. */
const atShapes = async (op: OpName, spec: AnyCases, { backend, tier }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const rounds = spec.elementwise ? 1 : ROUNDS[tier];
  const calls = someOf(spec.calls, CALLS[tier]).map((call) => ({
    graph: graphOf(op, call),
    rounds: Array.from({ length: rounds }, (_, round) => randomInputs(spec, call, 100 + 10 * round)),
  }));
  await checkSingles({ backend, tally }, calls);
  return tally.finish();
};

const doublePrecision = async (op: OpName, spec: AnyCases, { backend }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  if (!backend.info.precisions.includes('f64')) return { cases: 0 };
  const calls = spec.calls.slice(0, 4);
  await checkSingles(
    { backend, tally, precision: 'f64' },
    calls.map((call) => ({ graph: graphOf(op, call), rounds: [randomInputs(spec, call, 300)] })),
  );
  return { cases: tally.finish().cases };
};

const emptyAxes = async (op: OpName, spec: AnyCases, { backend }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  await checkSingles(
    { backend, tally },
    spec.empty.map((call) => ({ graph: graphOf(op, call), rounds: [randomInputs(spec, call, 5)] })),
  );
  tally.count(spec.empty.length);
  return tally.finish();
};

/** Copies whatever bits come: NaN, infinities and the sign of zeros. */
const movements: ReadonlySet<OpName> = new Set<OpName>([
  'reshape',
  'transpose',
  'broadcastTo',
  'slice',
  'pad',
  'concat',
  'gather',
  'stopGradient',
]);

const copiesBits = async (op: OpName, spec: AnyCases, { backend }: CheckContext): Promise<Measure> => {
  const tally = new Tally();
  const values = [0, -0, NaN, Infinity, -Infinity, 1, -2.5];
  const calls = spec.calls.slice(0, 6).map(({ shapes, attrs }) => ({
    graph: graphOf(op, { shapes, attrs }),
    inputs: shapes.map((shape, i) =>
      op === 'gather' && i === 1
        ? new Array<number>(sizeOf(shape)).fill(1)
        : Array.from({ length: sizeOf(shape) }, (_, at) => values[(at + 3 * i + 1) % values.length]!),
    ),
    shapes,
    attrs,
  }));
  const results = await runSideBySide(
    backend,
    calls.map(({ graph, inputs }) => ({ graph, rounds: [inputs] })),
  );
  calls.forEach(({ graph, inputs, shapes, attrs }, i) => {
    const { shape } = graph.nodes.at(-1)!;
    const expected: FloatArray = new Float64Array(sizeOf(shape));
    (ops[op] as unknown as OpRow<OpName>).kernel(
      expected,
      inputs.map((input) => Float64Array.from(input)),
      { attrs, shape, inputShapes: shapes },
    );
    tally.same(results[i]![0]![0]!, expected, (at) => `element ${at} of ${op}(${shapes.map(showShape).join(', ')})`);
  });
  return tally.finish();
};

type Runner = (op: OpName, spec: AnyCases, context: CheckContext) => Promise<Measure>;

/** Which checks apply to which ops. */
const kinds: readonly {
  readonly case: string;
  readonly applies: (op: OpName, spec: AnyCases) => boolean;
  readonly run: Runner;
}[] = [
  { case: 'special values', applies: (_, spec) => spec.operands.length > 0, run: special },
  { case: 'signed zeros', applies: (_, spec) => spec.zeros !== undefined, run: signedZeros },
  { case: 'copies bits', applies: (op) => movements.has(op), run: copiesBits },
  { case: 'random values', applies: (_, spec) => spec.elementwise, run: randomElementwise },
  { case: 'shapes', applies: () => true, run: atShapes },
  { case: 'empty axes', applies: () => true, run: emptyAxes },
  { case: 'double precision', applies: (_, spec) => !spec.elementwise, run: doublePrecision },
];

/** Values of every op against the f64 oracle. */
export const valueChecks: readonly Check[] = (Object.keys(cases) as ComputedOp[]).flatMap((op) => {
  const spec = cases[op] as unknown as AnyCases;
  return kinds
    .filter(({ applies }) => applies(op, spec))
    .map((kind): Check => ({ op, case: kind.case, run: (context) => kind.run(op, spec, context) }));
});
