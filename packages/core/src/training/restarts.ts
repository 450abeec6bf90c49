import { ArgumentError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { trace } from '../graph/trace.ts';
import { checkOptionNames } from '../options.ts';
import type { Initialiser } from '../random/initialisers.ts';
import { streamOf } from '../random/stream.ts';
import { shown } from '../shown.ts';
import { sizeOf } from '../tensor/shape.ts';
import { vectorize } from '../transform/vectorize.ts';
import type { HistoryEntry } from './progress.ts';
import type { StateLayout } from './recipe.ts';
import type { NamedTensor } from './snapshot.ts';

/** What a rule knows of one member: its losses at all evaluations after it started, or started again. */
export interface MemberHistory {
  /** Steps between its start and now. */
  readonly steps: number;
  /** Losses of the batches just before the evaluations. */
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/**
 * When a member gives up and starts again from fresh parameters. It is asked at every evaluation. The optimiser's memory, the
 * count of steps and the best parameters so far stay, as in the published code of the modules that need it.
 */
export interface RestartRule {
  readonly name: string;
  isDue(history: MemberHistory): boolean;
  /** Fresh values of every parameter. Default: from its own initialiser. */
  readonly init?: Initialiser;
}

export interface StagnationOptions {
  /** A member is left alone for so many steps after it started. Default: 5,000. */
  readonly after?: number;
  /** A member whose mean loss in the second half is at most this is left alone. Default: 1. */
  readonly above?: number;
  /** Which losses count. Default: `validation`. */
  readonly losses?: 'training' | 'validation';
  /** Fresh values of every parameter. Default: from its own initialiser. */
  readonly init?: Initialiser;
}

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;

const deviation = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

/**
 * iNALU's rule: a member starts again when its loss no longer falls and is still large. With the losses since its start in
 * two halves: mean(first) ≤ mean(second) + deviation(second), and mean(second) > 1.
 *
 * Schlör, Ring and Hotho (2020): losses of the training batches, after 10,000 steps, fresh values from U[−2, 2). Mistry et al.
 * (2022): validation losses, after 5,000 steps, fresh values as at first; these are the defaults. The published rules keep the
 * loss of every step and look every tenth step, or every ten epochs; this one knows the losses at the evaluations. As in
 * them, a member whose loss is not a number stays as it is.
 */
export const stagnation = (options: StagnationOptions = {}): RestartRule => {
  checkOptionNames('stagnation', options, { after: true, above: true, losses: true, init: true });
  const { after = 5000, above = 1, losses = 'validation', init } = options;
  if (!(after >= 0)) throw new ArgumentError(`stagnation: after must be at least 0 steps, but it is ${after}.`);
  if (Number.isNaN(above)) throw new ArgumentError('stagnation: above must be a loss, but it is NaN.');
  if (losses !== 'training' && losses !== 'validation')
    throw new ArgumentError(`stagnation: losses must be "training" or "validation", but it is ${shown(losses)}.`);
  return {
    name: `stagnation(${[after, above, losses, ...(init ? [init.name] : [])].join(', ')})`,
    isDue: (history) => {
      const values = history[losses];
      if (history.steps <= after || values.length < 2) return false;
      const half = Math.floor(values.length / 2);
      const second = values.slice(half);
      return mean(values.slice(0, half)) <= mean(second) + deviation(second) && mean(second) > above;
    },
    ...(init && { init }),
  };
};

/** How often a member started again, and at which step last. */
export interface MemberStarts {
  readonly count: number;
  readonly since: number;
}

export const firstStarts = (population: number): readonly MemberStarts[] =>
  Array.from({ length: population }, () => ({ count: 0, since: 0 }));

/** Which members start again at this step. */
export const dueMembers = (
  rule: RestartRule,
  starts: readonly MemberStarts[],
  history: readonly HistoryEntry[],
  step: number,
): readonly boolean[] =>
  starts.map(({ since }, member) => {
    const first = history.findIndex((entry) => entry.step > since);
    const own = first === -1 ? [] : history.slice(first);
    return rule.isDue({
      steps: step - since,
      training: own.map(({ loss }) => loss[member]!),
      validation: own.map(({ validation }) => validation[member]!),
    });
  });

/** Fresh parameters for the members that start again; zeros for the others. Each start draws from streams of its own. */
export const freshParameters = (
  { params }: StateLayout,
  rule: RestartRule,
  due: readonly boolean[],
  starts: readonly MemberStarts[],
  seed: number,
  firstMember: number,
): readonly NamedTensor[] =>
  params.map(({ path, spec }) => {
    const size = sizeOf(spec.shape);
    const data = new Float64Array(due.length * size);
    due.forEach((isDue, member) => {
      if (!isDue) return;
      const stream = streamOf(`parameter/${path}/start ${starts[member]!.count + 1}`);
      data.set((rule.init ?? spec.init).values(spec.shape, { seed, member: firstMember + member, stream }), member * size);
    });
    return { shape: [due.length, ...spec.shape], data };
  });

/** Parameters, fresh parameters, a 0/1 mask → parameters, for a whole population. Frozen parameters stay. */
export const restartGraph = ({ params }: StateLayout, population: number): Graph => {
  const leaves = params.map(({ path, spec }) => ({ name: `parameter/${path}`, shape: spec.shape }));
  const fresh = params.map(({ path, spec }) => ({ name: `fresh/${path}`, shape: spec.shape }));
  const inputs = [...leaves, ...fresh, { name: 'due', shape: [] }];
  const graph = trace(
    inputs,
    (...tensors) => {
      const due = tensors.at(-1)!;
      return params.map(({ spec }, i) => (spec.frozen ? tensors[i]! : due.where(tensors[params.length + i]!, tensors[i]!)));
    },
    'restart',
  );
  return vectorize(
    graph,
    population,
    inputs.map(() => true),
  );
};

/** The starts as tensors of a snapshot. */
export const startTensors = (starts: readonly MemberStarts[]): ReadonlyMap<string, NamedTensor> =>
  new Map([
    ['starts/count', { shape: [starts.length], data: Float64Array.from(starts, ({ count }) => count) }],
    ['starts/since', { shape: [starts.length], data: Float64Array.from(starts, ({ since }) => since) }],
  ]);

/** The reverse of `startTensors`; a snapshot without them is of a run in which nobody starts again. */
export const startsFrom = (tensors: ReadonlyMap<string, NamedTensor>, population: number): readonly MemberStarts[] => {
  const [count, since] = ['starts/count', 'starts/since'].map((name) => tensors.get(name)?.data);
  return firstStarts(population).map((start, i) => ({ count: count?.[i] ?? start.count, since: since?.[i] ?? start.since }));
};
