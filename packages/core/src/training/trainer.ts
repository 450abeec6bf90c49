import type { DeviceBuffer, Executable } from '../backend/contract.ts';
import { ArgumentError, DisposedError } from '../errors.ts';
import { hashGraph } from '../graph/hash.ts';
import type { FloatArray } from '../ops/row.ts';
import { checkOptionNames } from '../options.ts';
import type { Rows } from './batches.ts';
import { checkOptions, checkSteps, checkWhole } from './checkOptions.ts';
import { guessedTime, newPace } from './chunks.ts';
import { initialState, type HostState } from './initialState.ts';
import type { HistoryEntry, Progress } from './progress.ts';
import { newPool } from './pool.ts';
import { stateLayout } from './recipe.ts';
import { checkSnapshot, hashData, historyFrom, historyTensors, type ResumeSettings } from './resume.ts';
import { evaluationGraph, selectionLeaves } from './selection.ts';
import type { NamedTensor } from './snapshot.ts';
import { chunkGraph, longestLoop, mappedHyper, rowsInOrder, traceStep } from './stepGraph.ts';
import type { Trainer, TrainerOptions } from './job.ts';
import { findNonFinite } from './nonFinite.ts';
import {
  dueMembers,
  firstStarts,
  freshParameters,
  restartGraph,
  startsFrom,
  startTensors,
  type MemberStarts,
  type RestartRule,
} from './restarts.ts';
import { newStopwatch, type Started } from './stopwatch.ts';
import { yieldToEventLoop } from '../backend/yieldToEventLoop.ts';

/** Buffers of all leaves, and what the host knows about them. */
interface DeviceState {
  readonly leaves: readonly DeviceBuffer[];
  readonly selection: readonly DeviceBuffer[];
  readonly steps: number;
  /** Step of the last evaluation; −1 before. */
  readonly evaluated: number;
  readonly starts: readonly MemberStarts[];
}

interface PendingEntry {
  readonly step: number;
  readonly loss: DeviceBuffer;
  readonly validation: DeviceBuffer;
  readonly active: DeviceBuffer;
}

/** A state on its way to the host, and the evaluations that led to it. */
interface Mark {
  readonly state: DeviceState;
  /** Whether progress is told of it. */
  readonly isWatched: boolean;
  readonly entries: readonly PendingEntry[];
  readonly started: Started;
  /** The last losses first, three values of each entry last; what progress is told from between them, where somebody watches. */
  readonly arrival: Promise<readonly FloatArray[]>;
}

const count = (values: FloatArray, holds: (value: number, index: number) => boolean): number =>
  Array.from(values).filter(holds).length;

/**
 * Prepares training: traces one step, uploads data and initial state. Loops are compiled when first needed.
 *
 * The state is replaced only after a call has succeeded, so that a failed or interrupted one leaves the last good state.
 * Results are equal to the bit for every length of the loops and every population size.
 *
 * @throws ArgumentError for settings that do not fit; ShapeError when module, data and loss do not fit together.
 */
export const createTrainer = (options: TrainerOptions): Trainer => {
  const { backend, validation, patience, restart, precision = 'f32', seed } = options;
  const { population, firstMember } = checkOptions(options);
  const layout = stateLayout(options);
  if (layout.trained.length === 0)
    throw new ArgumentError(
      `The module "${options.module.name}" has no parameters to train: it declares none, or all are frozen.`,
    );
  const perMember = options.source.perMember ?? false;
  const stepGraph = traceStep(options, layout);
  const settings = (): ResumeSettings => ({
    seed,
    population,
    firstMember,
    precision,
    patience: patience ?? null,
    restart: restart?.name ?? null,
    optimiser: options.optimiser.name,
    loss: options.loss.name,
    trainingStep: hashGraph(stepGraph.graph),
    trainingData: hashData(options, precision),
  });
  const selectionOf = selectionLeaves(layout);
  const activeAt = selectionOf.findIndex(({ name }) => name === 'active');
  const paramCount = layout.params.length;

  // Device memory --------------------------------------------------------------------------------------------------------
  let base: { readonly state: HostState; readonly steps: number } = {
    state: initialState(layout, seed, { population, firstMember }, options.initial ?? new Map()),
    steps: 0,
  };
  const pool = newPool(backend, precision);
  const { own, upload } = pool;
  const uploadRows = (rows: Rows | undefined): readonly DeviceBuffer[] =>
    rows === undefined ? [] : rowsInOrder(rows).map(([, tensor]) => upload(tensor));

  const fixed = [
    ...uploadRows(options.source.data),
    upload({ shape: [population], data: Float64Array.from({ length: population }, (_, i) => firstMember + i) }),
    ...mappedHyper(options).map(([, values]) => upload({ shape: [population], data: Float64Array.from(values) })),
  ];
  const validationRows = uploadRows(validation);
  const uploadState = (
    state: HostState,
    steps: number,
    evaluated: number,
    starts: readonly MemberStarts[] = firstStarts(population),
  ): DeviceState => ({
    leaves: layout.leaves.map(({ name }) => upload(state.get(name)!)),
    selection: selectionOf.map(({ name }) => upload(state.get(name)!)),
    steps,
    evaluated,
    starts,
  });

  /** What is enqueued, and what is known to have succeeded. */
  let current = uploadState(base.state, 0, -1);
  let good = current;
  let pending: PendingEntry[] = [];
  /** What is on its way to the host, the oldest first. */
  let marks: readonly Mark[] = [];
  let history: HistoryEntry[] = [];
  /** The step at whose evaluation the last member stopped early. */
  let stoppedAt: number | undefined;
  /** Nothing but the count of steps goes on when all members have stopped: how far it came is a matter of speed. */
  const asOfTheStop = (state: DeviceState): DeviceState =>
    stoppedAt === undefined ? state : { ...state, steps: stoppedAt, evaluated: stoppedAt };

  /** Frees every buffer that nothing refers to any more. */
  const sweep = (): void => {
    const kept = new Set<DeviceBuffer>([
      ...fixed,
      ...validationRows,
      ...[current, good, ...marks.map(({ state }) => state)].flatMap(({ leaves, selection }) => [...leaves, ...selection]),
    ]);
    for (const entry of [...pending, ...marks.flatMap(({ entries }) => entries)])
      kept.add(entry.loss).add(entry.validation).add(entry.active);
    pool.keepOnly(kept);
  };

  // Executables ----------------------------------------------------------------------------------------------------------
  const compiled = new Map<number, Executable>();
  let restarting: Executable | undefined;
  let compileMilliseconds = 0;
  let disposed = false;
  const assertLive = (): void => {
    if (disposed) throw new DisposedError('This trainer was disposed. Create a new one, and restore a snapshot to go on.');
  };
  /** The loop of so many steps; 0: the evaluation. */
  const executable = async (steps: number): Promise<Executable> => {
    const known = compiled.get(steps);
    if (known !== undefined) return known;
    const graph =
      steps === 0
        ? evaluationGraph(options, layout, validation!, population, perMember, patience)
        : chunkGraph(stepGraph, layout, population, steps, patience !== undefined);
    const start = performance.now();
    const fresh = await backend.compile(graph, { precision });
    compileMilliseconds += performance.now() - start;
    compiled.set(steps, fresh);
    return fresh;
  };

  // Steps ----------------------------------------------------------------------------------------------------------------
  const pace = newPace(guessedTime(stepGraph.graph, population), {
    ...(options.chunkLengths && { lengths: options.chunkLengths }),
    longest: longestLoop(stepGraph),
    threads: backend.info.threads,
  });
  const stopwatch = newStopwatch();
  /**
   * How many marks may be on their way while more is started. Other threads wait for each other wherever this one waits for all
   * of them: with one mark ahead of them they do not.
   */
  const lag = backend.info.threads > 1 ? 1 : 0;

  const stepped = ({ leaves, selection, steps }: DeviceState, loop: Executable): readonly DeviceBuffer[] => {
    const before = stepGraph.shared ? [upload({ shape: [], data: Float64Array.of(steps) })] : [];
    return loop.run([...leaves, ...fixed, ...before, ...(patience === undefined ? [] : [selection[activeAt]!])]).map(own);
  };

  const evaluated = (state: DeviceState, evaluation: Executable): readonly DeviceBuffer[] =>
    evaluation.run([...state.leaves.slice(0, paramCount), state.leaves.at(-2)!, ...state.selection, ...validationRows]).map(own);

  const evaluate = async (): Promise<void> => {
    const evaluation = await stopwatch.untimed(executable(0));
    current = { ...current, selection: evaluated(current, evaluation), evaluated: current.steps };
    pending.push({
      step: current.steps,
      loss: current.leaves.at(-1)!,
      validation: current.selection.at(-1)!,
      active: current.selection[activeAt]!,
    });
    sweep();
  };

  /** What progress is told from, beside the last losses: the best ones, which members train, the last validation losses. */
  const watched = ({ selection }: DeviceState): readonly DeviceBuffer[] => [
    selection[paramCount]!,
    selection[activeAt]!,
    selection.at(-1)!,
  ];
  /** What progress can be told of and was not. */
  let news: { readonly state: DeviceState; readonly values: readonly FloatArray[] } | undefined;

  /** Asks for everything that was started. */
  const mark = (isWatched: boolean): void => {
    const entries = pending;
    const arrival = backend.read(
      current.leaves.at(-1)!,
      ...(isWatched ? watched(current) : []),
      ...entries.flatMap(({ loss, validation: value, active }) => [loss, value, active]),
    );
    // Whoever waits for it is told; when an earlier one has failed, nobody does.
    arrival.catch(() => {});
    marks = [...marks, { state: current, isWatched, entries, started: stopwatch.marked(), arrival }];
    pending = [];
  };

  /** Waits for the oldest mark. If something failed, the last good state is the current one again. */
  const arrive = async ({ state, isWatched, entries, started, arrival }: Mark): Promise<void> => {
    try {
      const values = await arrival;
      const ofEntries = values.slice(values.length - 3 * entries.length);
      entries.forEach(({ step }, i) => {
        if (stoppedAt !== undefined) return;
        const [loss, value, active] = ofEntries.slice(3 * i);
        history.push({ step, loss: loss!, validation: value! });
        if (active!.every((each) => each === 0)) stoppedAt = step;
      });
      good = asOfTheStop(state);
      marks = marks.slice(1);
      if (isWatched) news = { state, values };
    } catch (error) {
      current = good;
      marks = [];
      pending = [];
      stopwatch.discard();
      throw error;
    } finally {
      sweep();
    }
    const timed = stopwatch.ended(started);
    if (timed !== undefined) pace.learn(timed);
  };

  /** Waits until at most so many marks are on their way. */
  const catchUp = async (most: number, isWatched: boolean): Promise<void> => {
    mark(isWatched);
    while (marks.length > most) await arrive(marks[0]!);
  };

  /** Waits for everything that was started. */
  const settle = (): Promise<void> => catchUp(0, false);

  /** Gives fresh parameters to the members that the rule says. What was enqueued has succeeded by then. */
  const restartDue = async (rule: RestartRule): Promise<void> => {
    await settle();
    const active = patience === undefined ? undefined : (await backend.read(current.selection[activeAt]!))[0];
    const due = dueMembers(rule, current.starts, history, current.steps).map((isDue, i) => isDue && active?.[i] !== 0);
    if (!due.includes(true)) return;
    restarting ??= await stopwatch.untimed(backend.compile(restartGraph(layout, population), { precision }));
    const fresh = freshParameters(layout, rule, due, current.starts, seed, firstMember).map(upload);
    const mask = upload({ shape: [population], data: Float64Array.from(due, Number) });
    const parameters = restarting.run([...current.leaves.slice(0, paramCount), ...fresh, mask]).map(own);
    const starts = current.starts.map((start, i) => (due[i] ? { count: start.count + 1, since: current.steps } : start));
    current = { ...current, leaves: [...parameters, ...current.leaves.slice(paramCount)], starts };
    await settle();
    // A search for the first NaN trains again from here, where no member starts again.
    base = {
      state: await readAll([...layout.leaves, ...selectionOf], [...current.leaves, ...current.selection]),
      steps: current.steps,
    };
  };

  /** Starts one loop of at most `remaining` steps. */
  const advance = async (remaining: number): Promise<void> => {
    const length = pace.next(remaining, (steps) => compiled.has(steps));
    const cold = !compiled.has(length);
    const loop = await stopwatch.untimed(executable(length));
    const before = current;
    current = { ...current, leaves: stepped(current, loop), steps: current.steps + length };
    stopwatch.started(length, cold);
    // The last good state is kept until this one is known to be good.
    if (before !== good) sweep();
  };

  const shouldWait = (isWatched: boolean): boolean => pace.shouldWait(stopwatch.startedSteps, stopwatch.milliseconds, isWatched);

  const tell = (onProgress: (progress: Progress) => void, steps: number): void => {
    if (news === undefined) return;
    const { state, values } = news;
    news = undefined;
    const [loss, best, active, last] = values;
    onProgress({
      step: state.steps,
      steps,
      population,
      active: count(active!, (value) => value !== 0),
      diverged: count(loss!, (value, i) => !Number.isFinite(value) || (state.evaluated >= 0 && !Number.isFinite(last![i]))),
      bestLoss: Array.from(best!).reduce((least, value) => Math.min(least, value), Infinity),
      loss: loss!,
      microsecondsPerStep: stopwatch.microsecondsPerStep,
    });
  };

  const readAll = async (
    leaves: readonly { readonly name: string }[],
    buffers: readonly DeviceBuffer[],
  ): Promise<Map<string, NamedTensor>> => {
    const values = await backend.read(...buffers);
    return new Map(leaves.map(({ name }, i) => [name, { shape: buffers[i]!.shape, data: values[i]! }]));
  };

  const byPath = (values: ReadonlyMap<string, NamedTensor>, prefix: string): ReadonlyMap<string, NamedTensor> =>
    new Map(layout.params.map(({ path }) => [path, values.get(`${prefix}/${path}`)!]));

  const needValidation = (): void => {
    if (validation === undefined)
      throw new ArgumentError(
        'This trainer was made without validation rows, so nothing can be selected. Pass `validation` to createTrainer.',
      );
  };

  return {
    get steps() {
      return current.steps;
    },
    get history() {
      return history;
    },
    get restarts() {
      return current.starts.map((start) => start.count);
    },
    run: async (steps) => {
      assertLive();
      checkWhole('steps', steps, 0);
      const end = current.steps + steps;
      checkSteps(end);
      stopwatch.restart();
      while (current.steps < end) {
        await advance(end - current.steps);
        if (shouldWait(false)) await catchUp(lag, false);
      }
      if (stopwatch.startedSteps > 0 || marks.length > 0) await settle();
    },
    train: async (given) => {
      checkOptionNames('train', given, { steps: true, evaluateEvery: true, signal: true, onProgress: true });
      const { steps, evaluateEvery = 256, signal, onProgress } = given;
      assertLive();
      checkSteps(steps);
      checkWhole('evaluateEvery', evaluateEvery, 1);
      const evaluates = validation !== undefined;
      const isDue = (): boolean => evaluates && current.evaluated !== current.steps && current.steps % evaluateEvery === 0;
      stopwatch.restart();
      const evaluateIfDue = async (): Promise<void> => {
        if (!isDue()) return;
        await evaluate();
        if (restart !== undefined) await restartDue(restart);
      };
      await evaluateIfDue();
      const pause = async (most: number): Promise<void> => {
        await catchUp(most, onProgress !== undefined);
        if (onProgress) tell(onProgress, steps);
        await yieldToEventLoop();
        if (marks.length === 0) stopwatch.restart();
      };
      const goesOn = (): boolean => current.steps < steps && stoppedAt === undefined && !signal?.aborted;
      while (goesOn()) {
        const boundary = evaluates ? Math.min(steps, (Math.floor(current.steps / evaluateEvery) + 1) * evaluateEvery) : steps;
        await advance(boundary - current.steps);
        await evaluateIfDue();
        if (shouldWait(true)) await pause(lag);
      }
      await pause(0);
      current = asOfTheStop(current);
      return stoppedAt !== undefined ? 'early' : current.steps < steps ? 'aborted' : 'finished';
    },
    parameters: async () => {
      assertLive();
      return byPath(await readAll(layout.leaves, current.leaves), 'parameter');
    },
    losses: async () => {
      assertLive();
      return (await backend.read(current.leaves.at(-1)!))[0]!;
    },
    select: async () => {
      assertLive();
      needValidation();
      // An evaluation of its own at a step that is no multiple must not change what later steps select.
      const fresh = current.evaluated === current.steps ? undefined : evaluated(current, await executable(0));
      const values = await readAll(selectionOf, fresh ?? current.selection);
      const [steps] = await backend.read(current.leaves.at(-2)!);
      sweep();
      return {
        parameters: byPath(values, 'best'),
        loss: values.get('bestLoss')!.data,
        step: values.get('bestStep')!.data,
        last: values.get('validation')!.data,
        steps: steps!,
      };
    },
    snapshot: async () => {
      assertLive();
      // After an interrupt by an error of the caller's there may be evaluations that nobody has waited for.
      if (marks.length > 0 || pending.length > 0) await settle();
      const state = await readAll([...layout.leaves, ...selectionOf], [...current.leaves, ...current.selection]);
      return {
        metadata: { ...settings(), steps: current.steps, evaluated: current.evaluated, stoppedEarly: stoppedAt !== undefined },
        tensors: new Map([...state, ...historyTensors(history, population), ...startTensors(current.starts)]),
      };
    },
    restore: (snapshot) => {
      assertLive();
      checkSnapshot(snapshot, settings(), [...layout.leaves, ...selectionOf], population);
      const { metadata, tensors } = snapshot;
      history = historyFrom(snapshot, population, precision);
      base = { state: tensors, steps: Number(metadata['steps']) };
      current = uploadState(tensors, base.steps, Number(metadata['evaluated']), startsFrom(tensors, population));
      good = current;
      marks = [];
      pending = [];
      news = undefined;
      stopwatch.discard();
      stoppedAt = metadata['stoppedEarly'] === true ? current.steps : undefined;
      sweep();
    },
    locateNonFinite: async () => {
      assertLive();
      const start = uploadState(base.state, base.steps, -1);
      // Members that have stopped did so each at a step of its own.
      const [stepsOf] = patience === undefined ? [] : await backend.read(current.leaves.at(-2)!);
      const ends = stepsOf === undefined ? [current.steps] : [...new Set(stepsOf)].sort((a, b) => a - b);
      const activeFrom = (steps: number): readonly DeviceBuffer[] =>
        stepsOf === undefined
          ? start.selection
          : start.selection.map((buffer, i) =>
              i === activeAt
                ? upload({ shape: [population], data: Float64Array.from(stepsOf, (end) => (end > steps ? 1 : 0)) })
                : buffer,
            );
      const fixedValues = await backend.read(...fixed);
      const free = (buffers: readonly DeviceBuffer[]): void => buffers.forEach(pool.release);
      try {
        return await findNonFinite({
          stepGraph,
          layout,
          precision,
          population,
          firstMember,
          fixed: fixedValues,
          start: { leaves: start.leaves, steps: base.steps },
          ends,
          forward: async ({ leaves, steps }, length) => {
            const loop = await executable(length);
            return { leaves: stepped({ ...start, leaves, steps, selection: activeFrom(steps) }, loop), steps: steps + length };
          },
          read: (leaves) => backend.read(...leaves),
          release: free,
        });
      } finally {
        sweep();
      }
    },
    get microsecondsPerStep() {
      return stopwatch.microsecondsPerStep;
    },
    get compileMilliseconds() {
      return compileMilliseconds;
    },
    get peakBytes() {
      const working = [...compiled.values()].map(({ report: { memory } }) =>
        Math.max(0, memory.peak - memory.inputs - memory.outputs),
      );
      return pool.mostBytes + Math.max(0, ...working);
    },
    get executables() {
      return [...compiled].map(([steps, each]) => ({ steps, executable: each }));
    },
    dispose: () => {
      if (disposed) return;
      disposed = true;
      for (const each of compiled.values()) each.dispose();
      restarting?.dispose();
      pool.dispose();
    },
  };
};
