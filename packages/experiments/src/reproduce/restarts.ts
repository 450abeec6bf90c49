import { listParams, snapParameters, type Backend, type Loss, type Module, type NamedTensor, type Rows } from '@nalu/core';
import { newJudge, type Population } from './judge.ts';

/** All that a choice among restarts may look at. Nothing here lies outside the training range: there are no test rows. */
export interface Inside {
  readonly module: Module;
  readonly loss: Loss;
  readonly validation: Rows;
}

/** What became of the weights at the end: left as trained, or moved to the nearest of −1, 0, 1 (`half`: of −½ and ½ as well). */
export type Weights = 'whole' | 'half' | 'trained';

/** The network that an attempt ends with. */
export interface Choice {
  /** Index of its run among all of them. */
  readonly run: number;
  readonly weights: Weights;
  /** On the validation rows. */
  readonly loss: number;
}

/** Losses of all runs, for each state of the weights. */
export type Losses = { readonly [W in Weights]: ArrayLike<number> };

/** Exact weights first: of equal losses the first counts. */
const preference: readonly Weights[] = ['whole', 'half', 'trained'];

/**
 * For each attempt, that is for `restarts` neighbouring runs, the least loss among all of them and all states of their weights. A
 * loss that is no number is worse than any other.
 */
export const leastOfEach = (losses: Losses, restarts: number): readonly Choice[] => {
  const worst = (value: number): number => (Number.isNaN(value) ? Infinity : value);
  return Array.from({ length: losses.trained.length / restarts }, (_, attempt) => {
    const runs = Array.from({ length: restarts }, (_unused, i) => attempt * restarts + i);
    const candidates = preference.flatMap((weights) =>
      runs.map((run): Choice => ({ run, weights, loss: worst(losses[weights][run]!) })),
    );
    return candidates.reduce((least, next) => (next.loss < least.loss ? next : least));
  });
};

const memberOf = (population: Population, member: number): Population =>
  new Map(
    [...population].map(([path, { shape, data }]) => {
      const size = data.length / shape[0]!;
      return [path, { shape: shape.slice(1), data: data.slice(member * size, (member + 1) * size) }];
    }),
  );

const together = (members: readonly Population[]): Population =>
  new Map(
    [...members[0]!].map(([path, { shape }]): [string, NamedTensor] => [
      path,
      {
        shape: [members.length, ...shape],
        data: Float64Array.from(members.flatMap((member) => Array.from(member.get(path)!.data))),
      },
    ]),
  );

/**
 * The practitioner's choice: of so many restarts the network with the least loss on validation rows, with its weights as trained
 * or at exact values, whichever is less.
 *
 * @param population trained runs; attempt i has runs i·restarts to (i + 1)·restarts − 1.
 * @returns the chosen networks as a population of attempts.
 */
export const chooseRestarts = async (
  { module, loss, validation }: Inside,
  population: Population,
  restarts: number,
  backend: Backend,
): Promise<{ readonly choices: readonly Choice[]; readonly parameters: Population }> => {
  const runs = population.get(listParams(module.params)[0]!.path)!.shape[0]!;
  const trained = Array.from({ length: runs }, (_, run) => memberOf(population, run));
  const states: { readonly [W in Weights]: readonly Population[] } = {
    whole: trained.map((each) => snapParameters(module, each, 'whole')),
    half: trained.map((each) => snapParameters(module, each, 'half')),
    trained,
  };
  const judge = await newJudge({ name: 'validation', rows: () => validation, error: loss }, module, runs, backend, 1);
  try {
    const lossOf = async (weights: Weights): Promise<Float64Array> => (await judge.judge(together(states[weights]))).errors;
    const losses: Losses = { whole: await lossOf('whole'), half: await lossOf('half'), trained: await lossOf('trained') };
    const choices = leastOfEach(losses, restarts);
    return { choices, parameters: together(choices.map(({ weights, run }) => states[weights][run]!)) };
  } finally {
    judge.dispose();
  }
};
