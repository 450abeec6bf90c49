import { concat, constant, iota, randomUniform, scan, uniform } from '@nalu/core';
import { seedComponents } from '@nalu/core/backend';
import { trace, vectorize } from '@nalu/core/graph';
import type { Check, CheckContext, Measure } from '../check.ts';
import { runGraph, runSideBySide } from '../device.ts';
import { Tally } from '../oracle/tally.ts';

const keyGraph = (count: number): ReturnType<typeof trace> =>
  trace([{ name: 'key', shape: [5] }], (key) => [randomUniform(key!, [count])]);

const COUNTS: { readonly [T in CheckContext['tier']]: readonly number[] } = {
  smoke: [1, 2, 7, 1000],
  certify: [1, 2, 7, 1000, 65_537, 300_001],
};

/** Bit for bit the numbers that core computes on the host. */
const hostNumbers: Check = {
  op: 'random',
  case: 'uniform numbers = host numbers, bit for bit',
  run: async ({ backend, tier }): Promise<Measure> => {
    const tally = new Tally();
    const keys = [
      [0, 0, 0, 0],
      [1, 0, 0, 1],
      [2 ** 24 - 1, 3, 2, 10_000],
      [2 ** 40 + 17, 99, 1, 2 ** 24 - 1],
    ] as const;
    const rounds = keys.map(([seed, ...rest]) => [[...seedComponents(seed), ...rest]]);
    const counts = COUNTS[tier];
    const results = await runSideBySide(
      backend,
      counts.map((count) => ({ graph: keyGraph(count), rounds })),
    );
    counts.forEach((count, i) =>
      keys.forEach(([seed, member, stream, step], round) =>
        tally.same(
          results[i]![round]![0]!,
          uniform(seed, member, stream, step, count),
          (at) => `uniform number ${at} of ${count} for seed ${seed}, member ${member}, stream ${stream}, step ${step}`,
        ),
      ),
    );
    return tally.finish();
  },
};

const MEMBERS = 3;
const STEPS = 4;

/** Keys made in the graph, inside a loop inside a population: as a trainer makes them. */
const derivedKeys: Check = {
  op: 'random',
  case: 'keys made on the device',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const graph = trace([{ name: 'member', shape: [] }], (member) => {
      const result = scan({ length: STEPS, carry: [constant(0)], xs: [iota([STEPS])] }, ([count], [step]) => {
        const key = concat([constant([0, 7]), member!.reshape([1]), constant([2]), step!.reshape([1])]);
        return { carry: [count!.add(1)], ys: [randomUniform(key, [5])] };
      });
      return result.ys;
    });
    const [got] = await runGraph(backend, vectorize(graph, MEMBERS, [true]), [[0, 1, 2]]);
    const want = Array.from({ length: MEMBERS }, (_, member) =>
      Array.from({ length: STEPS }, (__, step) => [...uniform(7, member, 2, step, 5)]),
    );
    tally.same(
      got!,
      want.flat(2),
      (i) => `uniform number ${i % 5} of member ${Math.floor(i / (5 * STEPS))} in step ${Math.floor(i / 5) % STEPS}`,
    );
    return tally.finish();
  },
};

/** The counter-based generator. */
export const randomChecks: readonly Check[] = [hostNumbers, derivedKeys];
