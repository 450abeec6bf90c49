import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  bestFit,
  modelNames,
  models,
  type FitProblem,
  type FitRun,
  type FitSettings,
  type Fitted,
  type ModelEntry,
} from '@nalu/experiments';
import { backendNames, chooseBackends, startBackends } from '../backends.ts';
import type { Context } from '../context.ts';
import { exit, UsageError, type ExitCode } from '../exit.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { names, oneOf, whole } from '../options.ts';
import { renderFit, renderWeights } from '../output/fit-table.ts';
import { writeJson } from '../output/json.ts';
import { count, duration } from '../output/numbers.ts';
import { showProgress } from '../output/progress.ts';
import { functionNames, readProblem } from '../problem.ts';
import type { Output, Terminal } from '../terminal.ts';
import { fitAll } from '../train.ts';

interface FitOptions extends FitSettings {
  readonly data?: string;
  readonly target?: string;
  readonly inputs?: readonly string[];
  readonly ignore?: readonly string[];
  readonly backend?: readonly string[];
  readonly model?: readonly string[];
  readonly save?: string;
  readonly json?: boolean;
}

const show = (problem: FitProblem, runs: readonly FitRun[], best: FitRun | undefined, out: Output): void => {
  out.line(renderFit(problem, runs, best, out));
  const weighted = runs.filter(({ weights }) => weights.length > 0);
  if (weighted.length > 0)
    out.line(['', out.colours.bold('Weights'), ...weighted.map((run) => renderWeights(run, out))].join('\n'));
};

const explainInterrupt = (best: Fitted | undefined, file: string | undefined): string => {
  if (best === undefined) return 'Interrupted before there was anything to keep.';
  return `Interrupted: these are the best states so far${file === undefined ? '. --save FILE keeps the best one.' : '.'}`;
};

/** Looks before the training whether its result can be written afterwards. */
const checkWritable = async (file: string, data: string | undefined): Promise<void> => {
  if (file === '') throw new UsageError('--save needs the name of a file.');
  if (data !== undefined && resolve(data) === resolve(file))
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
    await writeFile(file, best.model.save());
  } catch (cause) {
    err.line(`${err.colours.red('error:')} --save ${file}: the model could not be written (${(cause as Error).message}).`);
    return null;
  }
  err.line(`Saved ${best.run.title} (${best.run.backend}, member ${best.run.member}) to ${file}.`);
  return file;
};

const fitAndReport = async (
  problem: FitProblem,
  chosen: readonly ModelEntry[],
  options: FitOptions,
  signal: AbortSignal,
  { out, err }: Terminal,
): Promise<ExitCode> => {
  const { save, json = false, seeds, seed } = options;
  const started = performance.now();
  const running = await startBackends(chooseBackends(options.backend ?? ['all']), err);
  const progress = showProgress(err, signal);
  let fitted: readonly Fitted[] = [];
  try {
    const jobs = running.flatMap(({ backend }) => chosen.map((model) => ({ problem, model, backend, settings: options })));
    fitted = await fitAll(jobs, signal, progress);
    progress.stop();
    const runs = fitted.map(({ run }) => run);
    const best = bestFit(fitted);
    const interrupted = signal.aborted;
    const saved = await keep(best, save, err);
    const { name, inputs, division } = problem;
    if (json) writeJson(out, { function: name, inputs, division, seed, interrupted, saved, runs });
    else show(problem, runs, best?.run, out);
    err.line(err.colours.dim(`${count(seeds, 'seed')} each, ${duration(performance.now() - started)} in all.`));
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

export const addFit = (program: Command, { terminal, end }: Context): void => {
  const { err } = terminal;
  program
    .command('fit')
    .argument('[function]', `what to learn: ${functionNames.join(', ')}`)
    .description("Learn a function, or somebody's measurements, with many seeds at once, and read the result back as a formula.")
    .option('--data <file>', 'learn from a CSV table, or from a data set that comes with nalu (boyle, escape, galileo, planets)')
    .option('--target <column>', 'the column to learn')
    .option('--inputs <columns>', 'the columns to learn from (default: all others)', names)
    .option('--ignore <columns>', 'columns to leave out, such as names and notes', names)
    .option(
      '--backend <name>',
      `where to compute (${[...backendNames, 'all'].join(', ')}); may be repeated (default: all)`,
      oneOf([...backendNames, 'all']),
    )
    .option('--model <name>', `which models to train (${modelNames.join(', ')}); may be repeated`, oneOf(modelNames))
    .option('--seeds <n>', 'how many networks to train at once, each from its own start', whole(1, 10_000), 16)
    .option('--steps <n>', 'how many steps to train each', whole(1, 10_000_000), 2000)
    .option('--seed <n>', 'the seed of data and initial weights', whole(0, 2 ** 48 - 1), 1)
    .option('--save <file>', 'write the best model to a file (safetensors)')
    .option(
      '--json',
      'print one JSON document: { function, runs: [{ model, backend, seeds, interpolation, extrapolation, formula, … }] }',
    )
    .addHelpText(
      'after',
      `
The choice between seeds is made by the error on validation rows inside the training range; nothing outside is seen before the end.

Examples:
  nalu fit "a*b"
  nalu fit "sqrt(a)" --model nalu --backend js --seeds 100
  nalu fit --data planets
  nalu fit --data galileo --target time --inputs distance
  nalu fit --data mine.csv --target pressure --ignore day,note --save best.safetensors
  nalu fit "a/b" --json | jq ".runs[] | [.model, .formula]"`,
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
