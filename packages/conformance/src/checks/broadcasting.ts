import type { Shape, Tensor } from '@nalu/core';
import { trace, type BinaryAttrs, type TernaryAttrs, showShape, sizeOf } from '@nalu/core/graph';
import { cases } from '../cases/cases.ts';
import { usualValues } from '../cases/values.ts';
import type { Check, Measure } from '../check.ts';
import { Tally } from '../oracle/tally.ts';
import { checkGraphs } from './support.ts';

type Broadcasting = keyof (BinaryAttrs & TernaryAttrs);

const apply: { readonly [K in Broadcasting]: (...operands: Tensor[]) => Tensor } = {
  add: (a, b) => a!.add(b!),
  sub: (a, b) => a!.sub(b!),
  mul: (a, b) => a!.mul(b!),
  div: (a, b) => a!.div(b!),
  pow: (a, b) => a!.pow(b!),
  min: (a, b) => a!.min(b!),
  max: (a, b) => a!.max(b!),
  lt: (a, b) => a!.lt(b!),
  le: (a, b) => a!.le(b!),
  eq: (a, b) => a!.eq(b!),
  where: (mask, a, b) => mask!.where(a!, b!),
};

/** Scalars, missing axes, lengths of 1 on either side and on both at once. */
const shapes: readonly (readonly [Shape, Shape, Shape])[] = [
  [[], [3], []],
  [[3], [], [3]],
  [[2, 3], [3], [1]],
  [[2, 1], [3], [2, 3]],
  [[1, 3], [2, 1], [3]],
  [
    [4, 1, 3],
    [2, 1],
    [4, 2, 1],
  ],
  [[2, 1, 2, 1], [3, 1, 5], [1]],
  [[1, 2, 1, 2, 1], [2, 1, 3, 1, 2], [2]],
];

const broadcasting = (op: Broadcasting): Check => ({
  op,
  case: 'broadcasting',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const { operands } = cases[op];
    const calls = shapes.map((each) => {
      const used = each.slice(0, operands.length);
      return {
        graph: trace(
          used.map((shape, i) => ({ name: `x${i}`, shape })),
          (...inputs) => [apply[op](...inputs)],
        ),
        rounds: [used.map((shape, i) => usualValues(operands[i]!, sizeOf(shape), 40 + i))],
        what: `${op} of shapes ${used.map(showShape).join(' and ')}`,
        outputs: ['result'],
      };
    });
    await checkGraphs({ backend, tally }, calls);
    return tally.finish();
  },
});

/** Elementwise ops between operands of different shapes, which a compiler may fuse with the broadcast. */
export const broadcastingChecks: readonly Check[] = (Object.keys(apply) as Broadcasting[]).map(broadcasting);
