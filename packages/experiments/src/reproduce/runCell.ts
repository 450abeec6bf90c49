import { createTrainer, type Backend, type NamedTensor, type Trainer } from '@nalu/core';
import { newJudge, sparsityErrors, type Judge, type Verdict } from './judge.ts';
import { fitAll } from './least-squares/fitAll.ts';
import type { PlannedCell } from './plan.ts';
import { membersOf, type Population } from './population.ts';
import { chooseRestarts, type Inside, type Networks } from './restarts.ts';
import type { AttemptResult, CellResult, Curve, RunResult } from './result.ts';
import { noTime, startStopwatch, totalSpent, type Spent } from './spent.ts';
import { decodeState, encodeState, NEVER } from './state.ts';

export interface RunCellOptions {
  readonly backend: Backend;
  readonly seed: number;
  /** Stops the training; what is done so far goes to `save`. */
  readonly signal?: AbortSignal;
  /** Told the share of the steps that is done. */
  readonly onProgress?: (fraction: number) => void;
  /** Takes the state of the training, every `saveEvery` milliseconds and when it is stopped. */
  readonly save?: (state: Uint8Array) => Promise<void>;
  /** Default: 20,000. */
  readonly saveEvery?: number;
  /** A state that `save` was given: training goes on from it, bit for bit. */
  readonly resume?: Uint8Array | undefined;
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const firstColumn = ({ shape, data }: NamedTensor): readonly number[] =>
  Array.from({ length: shape[0]! }, (_, row) => data[row * shape[1]!]!);

/** All judges of a cell, in the order of its tests. */
type Judges = ReadonlyMap<string, Judge>;

const judgeAll = async (judges: Judges, population: Population): Promise<ReadonlyMap<string, Verdict>> => {
  const verdicts = new Map<string, Verdict>();
  for (const [name, judge] of judges) verdicts.set(name, await judge.judge(population));
  return verdicts;
};

/** The networks that the attempts end with, and only then their test errors. */
const attemptsOf = async (
  inside: Inside,
  networks: Networks,
  { cell, runs, restarts, scale }: PlannedCell,
  backend: Backend,
): Promise<readonly AttemptResult[]> => {
  const { choices, parameters } = await chooseRestarts(inside, networks, restarts, backend);
  const verdicts = new Map<string, Verdict>();
  for (const test of cell.tests) {
    const judge = await newJudge(test, inside.module, runs / restarts, backend, scale);
    verdicts.set(test.name, await judge.judge(parameters).finally(judge.dispose));
  }
  return choices.map((choice, i) => ({
    ...choice,
    errors: Object.fromEntries([...verdicts].map(([name, { errors }]) => [name, errors[i]!])),
  }));
};

/** The parameters that count: the best by validation, or the last. */
const chosen = async (
  trainer: Trainer,
  { cell, runs, steps }: PlannedCell,
): Promise<{ readonly parameters: Population; readonly step: ArrayLike<number> }> =>
  cell.validation === undefined || cell.lastCounts
    ? { parameters: await trainer.parameters(), step: new Array<number>(runs).fill(steps) }
    : trainer.select();

/**
 * Trains all runs of a cell as one population and judges them: evaluations and selection inside the training range, the test sets
 * at the end (and, to know when a run was solved, at each evaluation; nothing is chosen by it).
 *
 * @returns undefined when the signal stopped it.
 * @throws CheckpointError when the state to resume from belongs to other settings.
 */
export const runCell = async (planned: PlannedCell, options: RunCellOptions): Promise<CellResult | undefined> => {
  const { cell, runs, steps, evaluateEvery, scale, sharedBatches } = planned;
  const { backend, seed, signal, onProgress, save, saveEvery = 20_000, resume } = options;
  const stopwatch = startStopwatch();
  const own = cell.training(scale);
  const recipe = sharedBatches ? { ...own, source: { ...own.source, shared: true } } : own;
  const validation = cell.validation?.(scale);
  const trainer = createTrainer({ ...recipe, seed, backend, population: runs, ...(validation && { validation }) });
  const judges = new Map<string, Judge>();
  try {
    for (const test of cell.tests) judges.set(test.name, await newJudge(test, recipe.module, runs, backend, scale));
    const untrained = await judgeAll(judges, await trainer.parameters());
    let solvedAt = new Float64Array(runs).fill(NEVER);
    const fitted: Population[] = [];
    let before = noTime;
    if (resume !== undefined) {
      const state = decodeState(resume, recipe.module);
      trainer.restore(state.snapshot);
      solvedAt = state.solvedAt;
      fitted.push(...state.fitted);
      before = state.spent;
    }
    const spent = (): Spent => totalSpent([before, stopwatch()]);

    const [criterion] = cell.criteria;
    const watch = async (): Promise<void> => {
      if (criterion === undefined) return;
      const { errors } = await judges.get(criterion.test)!.judge(await trainer.parameters());
      solvedAt = solvedAt.map((at, i) => (at === NEVER && errors[i]! < criterion.below ? trainer.steps : at));
    };
    let kept = performance.now();
    /** Saves the state when it is time, or when there will be no other. */
    const keepInTime = async (): Promise<void> => {
      if (!signal?.aborted && performance.now() - kept < saveEvery) return;
      const snapshot = await trainer.snapshot();
      await save?.(encodeState(recipe.module, { snapshot, solvedAt, fitted, spent: spent() }));
      kept = performance.now();
    };

    if (trainer.steps === 0) await watch();
    while (trainer.steps < steps) {
      const next = Math.min(steps, (Math.floor(trainer.steps / evaluateEvery) + 1) * evaluateEvery);
      const pause = AbortSignal.timeout(Math.max(1, Math.round(saveEvery - (performance.now() - kept))));
      await trainer.train({
        steps: next,
        evaluateEvery,
        signal: signal === undefined ? pause : AbortSignal.any([signal, pause]),
        onProgress: ({ step }) => onProgress?.(step / steps),
      });
      if (trainer.steps === next) await watch();
      await keepInTime();
      if (signal?.aborted && trainer.steps < steps) return undefined;
    }

    const trained =
      planned.restarts === 1 || validation === undefined ? undefined : membersOf((await trainer.select()).parameters);
    const mayGoOn = async (): Promise<boolean> => {
      await keepInTime();
      return signal?.aborted !== true;
    };
    if (trained && cell.fit && !(await fitAll(recipe.module, trained, cell.fit, fitted, mayGoOn))) return undefined;
    const networks = trained && { trained, ...(cell.fit && { fitted, held: cell.fit.held }) };

    const { parameters, step } = await chosen(trainer, planned);
    const verdicts = await judgeAll(judges, parameters);
    const sparsity = await sparsityErrors(recipe.module, parameters, runs, backend);
    const attempts = validation && networks && (await attemptsOf({ ...recipe, validation }, networks, planned, backend));
    const curves = cell.tests.flatMap(({ name, rows }): readonly Curve[] => {
      const curve = verdicts.get(name)!.curve;
      return curve === undefined ? [] : [{ test: name, x: firstColumn(rows(scale).x), error: [...curve] }];
    });
    return {
      runs: Array.from({ length: runs }, (_, run): RunResult => ({
        run,
        step: step[run]!,
        errors: Object.fromEntries([...verdicts].map(([name, { errors }]) => [name, errors[run]!])),
        solvedAt: solvedAt[run] === NEVER ? null : solvedAt[run]!,
        sparsityError: sparsity?.[run] ?? null,
      })),
      ...(attempts && { attempts }),
      untrained: Object.fromEntries([...untrained].map(([name, { errors }]) => [name, meanOf(errors)])),
      curves,
      ...spent(),
    };
  } finally {
    for (const judge of judges.values()) judge.dispose();
    trainer.dispose();
  }
};
