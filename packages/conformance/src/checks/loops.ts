import { scan, type Tensor } from '@nalu/core';
import { trace, type Graph, sizeOf } from '@nalu/core/graph';
import { anyNumber, usualValues } from '../cases/values.ts';
import type { Check, Measure } from '../check.ts';
import { runGraph } from '../device.ts';
import { Tally } from '../oracle/tally.ts';
import { checkGraphs } from './support.ts';

/** Errors of many steps say nothing about units in the last place. */
const countOf = (tally: Tally): Measure => ({ cases: tally.finish().cases });

interface Loop {
  readonly what: string;
  readonly carry: readonly (readonly number[])[];
  readonly xs: readonly (readonly number[])[];
  readonly body: (
    carry: readonly Tensor[],
    xs: readonly Tensor[],
    captured: Tensor,
  ) => { readonly carry: readonly Tensor[]; readonly ys?: readonly Tensor[] };
}

/** Carries that swap places, that do not change, outputs that are carries or inputs: what double buffering gets wrong. */
const loops: readonly Loop[] = [
  {
    what: 'a recurrent cell',
    carry: [[2, 3]],
    xs: [[2, 3]],
    body: ([h], [x], w) => {
      const next = h!.matmul(w).add(x!).tanh();
      return { carry: [next], ys: [next.sum(1)] };
    },
  },
  { what: 'carries that swap places', carry: [[3], [3]], xs: [], body: ([a, b]) => ({ carry: [b!, a!], ys: [a!] }) },
  {
    what: 'a carry that does not change',
    carry: [[3], [2]],
    xs: [[3]],
    body: ([a, b], [x]) => ({ carry: [a!, b!.mul(0.5).add(x!.mean())], ys: [b!, x!] }),
  },
  {
    what: 'one tensor as two results',
    carry: [[3], [3]],
    xs: [],
    body: ([a, b]) => ({ carry: [a!.add(b!.mul(0.25)), a!.add(b!.mul(0.25))], ys: [a!, a!] }),
  },
  { what: 'a counter', carry: [[]], xs: [], body: ([n]) => ({ carry: [n!.add(1)], ys: [n!] }) },
  {
    what: 'a loop in a loop',
    carry: [[3]],
    xs: [],
    body: ([a], _, w) => {
      const inner = scan({ length: 3, carry: [a!] }, ([b]) => ({ carry: [b!.mul(0.5).add(w.sum())], ys: [b!.sum()] }));
      return { carry: [inner.carry[0]!.sin()], ys: [inner.ys[0]!] };
    },
  },
];

const LENGTH = 6;
const CAPTURED = [3, 3] as const;

type Unroll = (carry: readonly Tensor[], xs: readonly Tensor[], captured: Tensor) => readonly Tensor[];

const loopGraph = ({ carry, xs }: Loop, length: number, run: Unroll): Graph => {
  const specs = [
    ...carry.map((shape, i) => ({ name: `carry${i}`, shape })),
    ...xs.map((shape, i) => ({ name: `xs${i}`, shape: [length, ...shape] })),
    { name: 'captured', shape: CAPTURED },
  ];
  return trace(specs, (...all) => run(all.slice(0, carry.length), all.slice(carry.length, -1), all.at(-1)!));
};

const asScan = (loop: Loop, length: number, keepEvery: number): Graph =>
  loopGraph(loop, length, (carry, xs, captured) => {
    const result = scan({ length, carry, xs, keepEvery }, (state, step) => loop.body(state, step, captured));
    return [...result.carry, ...result.ys];
  });

const inputsFor = (loop: Loop, length: number): readonly (readonly number[])[] =>
  [...loop.carry, ...loop.xs.map((shape) => [length, ...shape]), CAPTURED].map((shape, i) =>
    usualValues({ ...anyNumber, usual: [-1, 1] }, sizeOf(shape), 33 + i),
  );

/** The oracle runs step by step; every step's value is compared, so a wrong one is found where it arises. */
const unrolled: Check = {
  op: 'scan',
  case: 'scan = unrolled',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const calls = loops.flatMap((loop) =>
      [LENGTH, 1].map((length) => ({
        graph: asScan(loop, length, 1),
        rounds: [inputsFor(loop, length)],
        what: `${loop.what}, ${length} steps`,
      })),
    );
    await checkGraphs({ backend, tally }, calls);
    return countOf(tally);
  },
};

const keeping: Check = {
  op: 'scan',
  case: 'keepEvery',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const calls = loops.flatMap((loop) =>
      [2, 4, LENGTH + 1].map((keepEvery) => ({
        graph: asScan(loop, LENGTH, keepEvery),
        rounds: [inputsFor(loop, LENGTH)],
        what: `${loop.what}, ${LENGTH} steps, outputs kept every ${keepEvery} steps`,
      })),
    );
    await checkGraphs({ backend, tally }, calls);
    return countOf(tally);
  },
};

const noSteps: Check = {
  op: 'scan',
  case: 'no steps',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const calls = loops.map((loop) => ({
      graph: asScan(loop, 0, 1),
      rounds: [inputsFor(loop, 0)],
      what: `${loop.what}, 0 steps`,
    }));
    await checkGraphs({ backend, tally }, calls);
    return countOf(tally);
  },
};

const rows = (values: ArrayLike<number>, from: number, to: number, length: number): readonly number[] => {
  const width = values.length / length;
  return Array.from(values).slice(from * width, to * width);
};

/** Two calls of a shorter loop give the bits that one call of the whole gives. */
const chunked: Check = {
  op: 'scan',
  case: 'chunks = whole, bit for bit',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    for (const loop of loops) {
      const inputs = inputsFor(loop, LENGTH);
      const carries = loop.carry.length;
      const whole = await runGraph(backend, asScan(loop, LENGTH, 1), inputs);
      let carry: readonly ArrayLike<number>[] = inputs.slice(0, carries);
      const ys: number[][] = whole.slice(carries).map(() => []);
      for (const [from, to] of [
        [0, 4],
        [4, LENGTH],
      ] as const) {
        const xs = inputs.slice(carries, -1).map((x) => rows(x, from, to, LENGTH));
        const results = await runGraph(backend, asScan(loop, to - from, 1), [...carry, ...xs, inputs.at(-1)!]);
        carry = results.slice(0, carries);
        results.slice(carries).forEach((y, i) => ys[i]!.push(...y));
      }
      [...carry, ...ys].forEach((got, i) =>
        tally.same(got, whole[i]!, (at) => `${loop.what} in two chunks, compared with one: result ${i}, element ${at},`),
      );
    }
    return countOf(tally);
  },
};

/** The result of an unchanged carry is the loop's initial value, whose memory must not be used again before it is read. */
const unchangedCarry: Check = {
  op: 'scan',
  case: 'an unchanged carry is read after the loop',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const graph = trace([{ name: 'x', shape: [64] }], (x) => {
      const start = x!.tanh();
      const { carry } = scan({ length: 3, carry: [x!.sum(), start] }, ([a, b]) => ({ carry: [a!.mul(0.5).add(b!.sum()), b!] }));
      const later = carry[0]!.add(x!).cos().reshape([8, 8]);
      return [later.matmul(later).reshape([64]).softmax().add(carry[1]!)];
    });
    const inputs = [usualValues({ ...anyNumber, usual: [-1, 1] }, 64, 35)];
    const what = 'initial value, loop, other values, then the carry that did not change';
    await checkGraphs({ backend, tally }, [{ graph, rounds: [inputs], what }]);
    return countOf(tally);
  },
};

/** Loops on the backend. */
export const loopChecks: readonly Check[] = [unrolled, keeping, noSteps, chunked, unchangedCarry];
