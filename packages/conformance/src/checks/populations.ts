import { gradients, randomUniform, scan, type Tensor } from '@nalu/core';
import { inputShape, outputShape, trace, vectorize, type FloatArray, type Graph, sizeOf } from '@nalu/core/graph';
import fc from 'fast-check';
import { anyNumber, usualValues } from '../cases/values.ts';
import type { Check, CheckContext, Measure } from '../check.ts';
import { runExecutable, runGraph, withExecutable } from '../device.ts';
import { naluLoss, naluShapes } from '../graphs/nalu.ts';
import { graphOf, recipe } from '../graphs/random.ts';
import { sideBySide } from '../graphs/sideBySide.ts';
import { Tally } from '../oracle/tally.ts';

interface Population {
  readonly what: string;
  readonly graph: Graph;
  readonly mapped: readonly boolean[];
  /** Whole numbers, for keys. */
  readonly whole?: boolean;
}

const naluGradients = (): Graph =>
  trace(naluShapes, (...all) => {
    const loss = naluLoss(all);
    return [loss, ...gradients(loss, all.slice(2))];
  });

const x = { name: 'x', shape: [3, 4] };
const y = { name: 'y', shape: [4, 2] };

const loop = (a: Tensor, b: Tensor): readonly Tensor[] => {
  const { carry, ys } = scan({ length: 4, carry: [a], xs: [b] }, ([state], [row]) => {
    const next = state!.mul(0.5).add(row!.sum());
    return { carry: [next.tanh()], ys: [next.mean(0)] };
  });
  return [...carry, ...ys];
};

/** Every kind of node, with all inputs mapped and with some shared. */
const populations = (): readonly Population[] => [
  { what: 'a NALU with gradients', graph: naluGradients(), mapped: [true, true, true, true, true] },
  { what: 'a NALU with shared data', graph: naluGradients(), mapped: [false, false, true, true, true] },
  { what: 'matrix products', graph: trace([x, y], (a, b) => [a!.matmul(b!), a!.sum(0), b!.softmax()]), mapped: [true, true] },
  {
    what: 'matrix products with a shared factor',
    graph: trace([x, y], (a, b) => [a!.matmul(b!), b!.tanh()]),
    mapped: [true, false],
  },
  { what: 'a scan', graph: trace([x, y], (a, b) => loop(a!, b!)), mapped: [true, true] },
  { what: 'a scan over shared inputs', graph: trace([x, y], (a, b) => loop(a!, b!)), mapped: [true, false] },
  { what: 'a scan that becomes different per member', graph: trace([x, y], (a, b) => loop(a!, b!)), mapped: [false, true] },
  {
    what: 'random numbers',
    graph: trace([{ name: 'key', shape: [4] }], (key) => [randomUniform(key!, [3, 3])]),
    mapped: [true],
    whole: true,
  },
];

const randomPopulations = (tier: CheckContext['tier']): readonly Population[] =>
  fc
    .sample(recipe, { seed: 17, numRuns: tier === 'smoke' ? 2 : 40 })
    .map((made, i) => ({ what: `random graph ${i}`, graph: graphOf(made), mapped: [true, i % 2 === 0, true] }));

const MEMBERS = 5;

const valuesFor = ({ graph, mapped, whole = false }: Population): readonly Float64Array[] => {
  const together = vectorize(graph, MEMBERS, mapped);
  const operand = { ...anyNumber, usual: [whole ? 0 : -1.5, whole ? 1000 : 1.5], whole } as const;
  return graph.inputs.map((_, i) => Float64Array.from(usualValues(operand, sizeOf(inputShape(together, i)), 60 + i)));
};

/** Several populations as one, side by side. */
interface Joined {
  readonly graph: Graph;
  readonly mapped: readonly boolean[];
  readonly inputs: readonly Float64Array[];
  /** Whose each output is. */
  readonly outputs: readonly { readonly what: string; readonly name: string }[];
}

const AT_ONCE = 8;

const join = (all: readonly Population[]): readonly Joined[] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, group) => {
    const some = all.slice(group * AT_ONCE, (group + 1) * AT_ONCE);
    return {
      graph: sideBySide(some.map(({ graph }) => graph)),
      mapped: some.flatMap(({ mapped }) => mapped),
      inputs: some.flatMap(valuesFor),
      outputs: some.flatMap(({ what, graph }) => graph.outputs.map((__, i) => ({ what, name: `${what}, output ${i}` }))),
    };
  });

const part = (values: FloatArray, member: number): FloatArray => {
  const size = values.length / MEMBERS;
  return values.subarray(member * size, (member + 1) * size);
};

const oneByOne: Check = {
  op: 'population',
  case: 'together = one by one',
  run: async ({ backend, tier }): Promise<Measure> => {
    const tally = new Tally();
    for (const { graph, mapped, inputs, outputs } of join([...populations(), ...randomPopulations(tier)])) {
      const all = await runGraph(backend, vectorize(graph, MEMBERS, mapped), inputs);
      const owns = [0, 1, MEMBERS - 1].map((member) => ({
        member,
        own: inputs.map((input, i) => (mapped[i] ? part(input, member) : input)),
      }));
      const forms = [
        { as: 'in a population of one', alone: vectorize(graph, 1, mapped) },
        { as: 'without a population', alone: graph },
      ];
      for (const { as, alone } of forms) {
        await withExecutable(backend, alone, async (executable) => {
          for (const { member, own } of owns) {
            const results = await runExecutable(backend, executable, alone, own);
            results.forEach((want, i) =>
              tally.same(
                part(all[i]!, member),
                want,
                (at) =>
                  `${outputs[i]!.name}: member ${member} of ${MEMBERS}, compared with the same member alone ${as}, element ${at},`,
              ),
            );
          }
        });
      }
    }
    return tally.finish();
  },
};

/** One member's inputs turn to NaN: its own outputs must, and no other's may change. */
const isolation: Check = {
  op: 'population',
  case: 'a NaN member touches no other',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const sick = 2;
    for (const { graph, mapped, inputs, outputs } of join(populations().filter((each) => !each.whole))) {
      const together = vectorize(graph, MEMBERS, mapped);
      const infected = inputs.map((input, i) => (mapped[i] ? input.slice() : input));
      infected.forEach((input, i) => {
        if (mapped[i]) part(input, sick).fill(NaN);
      });
      const [clean, got] = await withExecutable(backend, together, async (executable) => [
        await runExecutable(backend, executable, together, inputs),
        await runExecutable(backend, executable, together, infected),
      ]);
      clean!.forEach((values, i) => {
        const size = sizeOf(outputShape(together, i)) / MEMBERS;
        tally.same(
          got![i]!.filter((_, at) => Math.floor(at / size) !== sick),
          values.filter((_, at) => Math.floor(at / size) !== sick),
          (at) => `${outputs[i]!.name}: member ${sick} is NaN, and that changes another member: element ${at} of the others,`,
        );
      });
      for (const each of new Set(outputs.map(({ what }) => what))) {
        if (!got!.some((values, i) => outputs[i]!.what === each && part(values, sick).some(Number.isNaN)))
          tally.violate(`${each}: member ${sick} has NaN inputs, but none of its outputs is NaN.`);
      }
    }
    return tally.finish();
  },
};

/** Many trained together give, member for member, what each gives alone. */
export const populationChecks: readonly Check[] = [oneByOne, isolation];
