import { snapParameters, type Backend, type Loss, type Module, type Rows } from '@nalu/core';
import { newJudge } from './judge.ts';
import { together, type Population } from './population.ts';

/** All that a choice among restarts may look at. Nothing here lies outside the training range: there are no test rows. */
export interface Inside {
  readonly module: Module;
  readonly loss: Loss;
  readonly validation: Rows;
}

/** The networks of all runs, one by one. */
export interface Networks {
  readonly trained: readonly Population[];
  /** The same after a fit by least squares. Absent: there was none. */
  readonly fitted?: readonly Population[] | undefined;
  /** Paths of parameters that the fit left at exact values. Default: none. */
  readonly held?: readonly string[] | undefined;
}

/**
 * What became of the weights at the end: left as trained, or moved to the nearest of −1, 0, 1 (`half`: of −½ and ½ as well); and the
 * same after a fit by least squares, where `fitted whole` takes each unit's weights in units of its largest: a quotient of sums
 * does not say how large they are.
 */
export type Weights = 'whole' | 'half' | 'trained' | 'fitted whole' | 'fitted half' | 'fitted';

/** The network that an attempt ends with. */
export interface Choice {
  /** Index of its run among all of them. */
  readonly run: number;
  readonly weights: Weights;
  /** On the validation rows. */
  readonly loss: number;
}

/** Losses of all runs, for each state of the weights that there is. */
export type Losses = { readonly [W in Weights]?: ArrayLike<number> };

/** Exact weights first: of equal losses the first counts. */
const preference: readonly Weights[] = ['whole', 'half', 'fitted whole', 'fitted half', 'trained', 'fitted'];

/**
 * For each attempt, that is for `restarts` neighbouring runs, the least loss among all of them and all states of their weights. A
 * loss that is no number is worse than any other.
 */
export const leastOfEach = (losses: Losses, restarts: number): readonly Choice[] => {
  const worst = (value: number): number => (Number.isNaN(value) ? Infinity : value);
  const states = preference.filter((weights) => losses[weights] !== undefined);
  return Array.from({ length: losses[states[0]!]!.length / restarts }, (_, attempt) => {
    const runs = Array.from({ length: restarts }, (_unused, i) => attempt * restarts + i);
    const candidates = states.flatMap((weights) =>
      runs.map((run): Choice => ({ run, weights, loss: worst(losses[weights]![run]!) })),
    );
    return candidates.reduce((least, next) => (next.loss < least.loss ? next : least));
  });
};

/** Every unit's weights, [inputs, units], divided by the largest of them; what was held is in its place already. */
const inUnitsOfLargest = (parameters: Population, held: readonly string[]): Population =>
  new Map(
    [...parameters].map(([path, tensor]) => {
      if (held.includes(path)) return [path, tensor];
      const { shape, data } = tensor;
      const units = shape.at(-1)!;
      const largest = Array.from({ length: units }, (_, unit) =>
        Array.from(data).reduce((most, weight, i) => (i % units === unit ? Math.max(most, Math.abs(weight)) : most), 0),
      );
      return [path, { shape, data: Float64Array.from(data, (weight, i) => weight / (largest[i % units]! || 1)) }];
    }),
  );

/** The networks of all runs, in each state of their weights. */
const statesOf = (
  module: Module,
  { trained, fitted, held = [] }: Networks,
): { readonly [W in Weights]?: readonly Population[] } => ({
  whole: trained.map((each) => snapParameters(module, each, 'whole')),
  half: trained.map((each) => snapParameters(module, each, 'half')),
  trained,
  ...(fitted && {
    'fitted whole': fitted.map((each) => snapParameters(module, inUnitsOfLargest(each, held), 'whole')),
    'fitted half': fitted.map((each) => snapParameters(module, each, 'half')),
    fitted,
  }),
});

/**
 * The practitioner's choice: of so many restarts the network with the least loss on validation rows, with its weights as trained
 * or at exact values, whichever is less.
 *
 * @param networks attempt i has runs i·restarts to (i + 1)·restarts − 1.
 * @returns the chosen networks as a population of attempts.
 */
export const chooseRestarts = async (
  { module, loss, validation }: Inside,
  networks: Networks,
  restarts: number,
  backend: Backend,
): Promise<{ readonly choices: readonly Choice[]; readonly parameters: Population }> => {
  const states = statesOf(module, networks);
  const runs = networks.trained.length;
  const judge = await newJudge({ name: 'validation', rows: () => validation, error: loss }, module, runs, backend, 1);
  try {
    const losses: { -readonly [W in keyof Losses]: Losses[W] } = {};
    for (const weights of preference) {
      const inState = states[weights];
      if (inState !== undefined) losses[weights] = (await judge.judge(together(inState))).errors;
    }
    const choices = leastOfEach(losses, restarts);
    return { choices, parameters: together(choices.map(({ weights, run }) => states[weights]![run]!)) };
  } finally {
    judge.dispose();
  }
};
