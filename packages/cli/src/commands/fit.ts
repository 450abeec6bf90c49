import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  bestFit,
  modelNames,
  models,
  notesOn,
  type FitProblem,
  type FitRun,
  type FitSettings,
  type Fitted,
  type ModelEntry,
} from '@nalu/experiments';
import { backendNames, chooseBackends, defaultBackends, inWorkers, startBackends } from '../backends.ts';
import type { Define } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { UsageError } from '../usageError.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { names, oneOf, whole } from '../options.ts';
import { errorMeans, renderBest, renderFit, renderWeights, seedOf } from '../output/fit-table.ts';
import { writeJson } from '../output/json.ts';
import { count, duration } from '../output/numbers.ts';
import { saveFile } from '../output/save.ts';
import { showProgress } from '../output/progress.ts';
import { functionNames, readProblem } from '../problem.ts';
import type { Output, Terminal } from '../terminal.ts';
import { fitAll } from '../train.ts';
import { examples } from '../typed.ts';

interface FitOptions extends FitSettings {
  readonly data?: string;
  readonly target?: string;
  readonly inputs?: readonly string[];
  readonly ignore?: readonly string[];
  readonly backend?: readonly string[];
  readonly model?: readonly string[];
  readonly workers?: number;
  readonly save?: string;
  readonly json?: boolean;
}

/** What is reported beside the runs themselves. */
interface Report {
  readonly problem: FitProblem;
  readonly runs: readonly FitRun[];
  readonly notes: readonly string[];
  readonly best: FitRun | undefined;
  /** The best run that has a formula. */
  readonly readable: FitRun | undefined;
}

const show = ({ problem, runs, notes, best, readable }: Report, out: Output): void => {
  out.line(renderFit(problem, runs, best, notes, out));
  const weighted = [best, readable].find((run) => run !== undefined && run.weights.length > 0);
  if (weighted !== undefined) out.line(`\n${renderWeights(weighted, out)}`);
  if (best !== undefined) out.line(`\n${renderBest(best, readable, out)}`);
};

/** The ordinary networks are there for the contrast, which few seeds show, and each of their steps takes long. */
const contrastSeeds = 4;

const seedsFor = ({ name, isArithmetic }: ModelEntry, { seeds, model: chosen }: FitOptions): number =>
  isArithmetic || chosen?.includes(name) ? seeds : Math.min(seeds, contrastSeeds);

const asJson = (run: FitRun | undefined): object | null =>
  run === undefined ? null : { model: run.model, backend: run.backend };

const seedsInAll = (runs: readonly FitRun[]): string => {
  const all = [...new Set(runs.map(({ seeds }) => seeds))].sort((a, b) => b - a);
  return all.length === 1 ? `${count(all[0]!, 'seed')} each` : `${all.join(' or ')} seeds each`;
};

const explainInterrupt = (best: Fitted | undefined, file: string | undefined): string => {
  if (best === undefined) return 'Interrupted before there was anything to keep.';
  return `Interrupted: these are the best states so far${file === undefined ? '. --save FILE keeps the best one.' : '.'}`;
};

/** Whether both names lead to one file, by links too. */
const sameFile = async (one: string, other: string): Promise<boolean> => {
  if (resolve(one) === resolve(other)) return true;
  const [a, b] = await Promise.all([one, other].map((file) => stat(file).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
};

/** Looks before the training whether its result can be written afterwards. */
const checkWritable = async (file: string, data: string | undefined): Promise<void> => {
  if (file === '') throw new UsageError('--save needs the name of a file.');
  if (data !== undefined && (await sameFile(data, file)))
    throw new UsageError(`--save ${file}: this is the table itself. Name another file.`);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`--save ${file}: this is a folder. Name a file in it.`);
  const place = found === undefined ? dirname(file) : file;
  await access(place, constants.W_OK).catch((cause: unknown) => {
    throw new UsageError(`--save ${file}: ${place} does not exist or cannot be written.`, { cause });
  });
};

/** Saves the best model, if it was asked for, and says where. What was learned is reported even when it cannot be saved. */
const keep = async (best: Fitted | undefined, file: string | undefined, err: Output): Promise<string | null> => {
  if (best?.model === undefined || file === undefined) return null;
  try {
    await saveFile(file, best.model.save());
  } catch (cause) {
    err.line(`${err.colours.red('error:')} --save ${file}: the model could not be written (${(cause as Error).message}).`);
    return null;
  }
  err.line(`Saved ${best.run.title} (${best.run.backend}, ${seedOf(best.run)}) to ${file}.`);
  return file;
};

const fitAndReport = async (
  problem: FitProblem,
  chosen: readonly ModelEntry[],
  options: FitOptions,
  signal: AbortSignal,
  { out, err }: Terminal,
): Promise<ExitCode> => {
  const { save, json = false, seed, workers } = options;
  const started = performance.now();
  const entries = chooseBackends(options.backend);
  const running = await startBackends(workers === undefined ? entries : entries.map((entry) => inWorkers(entry, workers)), err);
  const progress = showProgress(err, signal);
  let fitted: readonly Fitted[] = [];
  try {
    const jobs = running.flatMap((on) =>
      chosen.map((model) => ({ problem, model, on, settings: { ...options, seeds: seedsFor(model, options) } })),
    );
    fitted = await fitAll(jobs, signal, progress);
    progress.stop();
    const runs = fitted.map(({ run }) => run);
    const best = bestFit(fitted);
    const interrupted = signal.aborted;
    const saved = await keep(best, save, err);
    const { name, inputs, division } = problem;
    const notes = notesOn(problem, chosen);
    const readable = bestFit(fitted.filter(({ run }) => run.formula !== null));
    const document = { function: name, inputs, division, seed, interrupted, saved, notes, best: asJson(best?.run), runs };
    if (json) writeJson(out, document);
    else show({ problem, runs, notes, best: best?.run, readable: readable?.run }, out);
    const time = `${duration(performance.now() - started)} in all.`;
    err.line(err.colours.dim(runs.length === 0 ? time : `${seedsInAll(runs)}, ${time}`));
    if (interrupted) err.line(explainInterrupt(best, save));
    else if (best === undefined) err.line('No model reached a finite error.');
    if (interrupted) return exit.interrupted;
    const unsaved = save !== undefined && saved === null;
    return best === undefined || unsaved ? exit.failure : exit.success;
  } finally {
    progress.stop();
    for (const { model } of fitted) model?.dispose();
    for (const { backend } of running) await backend.dispose();
  }
};

const usage = [
  ['fit "a*b"'],
  ['fit "sqrt(a)" --model nalu --backend js --seeds 100'],
  ['fit --data planets'],
  ['fit --data galileo --target time --inputs distance'],
  ['fit --data mine.csv --target pressure --ignore day,note --save best.safetensors'],
  ['fit "a/b" --json | jq ".runs[] | [.model, .formula]"'],
] as const;

export const defineFit: Define = (command, { terminal, end }) => {
  const { err } = terminal;
  command
    .argument('[function]', `what to learn: ${functionNames.join(', ')}`)
    .option('--data <file>', 'learn from a CSV table, or from a data set that comes with nalu (boyle, escape, galileo, planets)')
    .option('--target <column>', 'the column to learn')
    .option('--inputs <columns>', 'the columns to learn from (default: all others)', names)
    .option('--ignore <columns>', 'columns to leave out, such as names and notes', names)
    .option(
      '--backend <name>',
      `where to compute (${[...backendNames, 'all'].join(', ')}); may be repeated (default: ${defaultBackends.map(({ name }) => name).join(' and ')})`,
      oneOf([...backendNames, 'all']),
    )
    .option('--model <name>', `which models to train (${modelNames.join(', ')}); may be repeated`, oneOf(modelNames))
    .option(
      '--seeds <n>',
      `how many networks to train at once, each from its own start; of the ordinary networks at most ${contrastSeeds}, unless --model names them`,
      whole(1, 10_000),
      16,
    )
    .option(
      '--workers <n>',
      'divide the networks among so many workers, for the cores of the processor; the results are the same',
      whole(1, 256),
    )
    .option('--steps <n>', 'how many steps to train each', whole(1, 10_000_000), 2000)
    .option('--seed <n>', 'the seed of data and initial weights', whole(0, 2 ** 48 - 1), 1)
    .option('--save <file>', 'write the best model to a file (safetensors)')
    .option(
      '--json',
      'print one JSON document, with the weights of every run: { function, notes, best, runs: [{ model, backend, seeds, interpolation, extrapolation, formula, … }] }',
    )
    .addHelpText(
      'after',
      `
The choice between seeds, and the best model (*), go by the error on validation rows inside the training range; nothing outside is seen before the end. A model with a formula is preferred as long as its error there is at most twice that of the best without. The weights of the best model are shown; --json has those of all. A screen of less than 70 characters gets no columns of time and memory.

${errorMeans}
${examples(terminal, usage)}`,
    )
    .action(async (name: string | undefined, options: FitOptions) => {
      const interrupt = listenForInterrupt(err, 'Stopping; the best state so far is kept.');
      try {
        if (options.save !== undefined) await checkWritable(options.save, options.data);
        const problem = await readProblem({ ...options, function: name }, err);
        const chosen = models.filter((model) => options.model?.includes(model.name) ?? model.suits(problem));
        end(await fitAndReport(problem, chosen, options, interrupt.signal, terminal));
      } finally {
        interrupt.release();
      }
    });
};
