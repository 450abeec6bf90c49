import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { BackendInfo } from '@nalu/core';
import { hostFacts } from '@nalu/experiments/benchmark';
import {
  experiments,
  makeReport,
  totalSpent,
  type Experiment,
  type Plan,
  type PlanOptions,
  type Report,
} from '@nalu/experiments/reproduce';
import { backendNames, backends, inWorkers, startBackends } from '../backends.ts';
import type { Define } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { names, oneOf, whole } from '../options.ts';
import { figure } from '../output/figure.ts';
import { plain, writeJson } from '../output/json.ts';
import { showProgress } from '../output/progress.ts';
import { markdownPage, provenanceLine, type Provenance } from '../output/reproduce-markdown.ts';
import { renderReport } from '../output/reproduce-table.ts';
import { saveFile } from '../output/save.ts';
import { renderTable } from '../output/table.ts';
import { paragraph } from '../output/wrap.ts';
import { chooseExperiment, choosePlan } from '../reproduce/choose.ts';
import { finished, runPlan } from '../reproduce/runPlan.ts';
import { openStore, type KeptResult, type StoreSettings } from '../reproduce/store.ts';
import type { Output, Terminal } from '../terminal.ts';
import { examples, typed } from '../typed.ts';
import { version } from '../version.ts';

interface ReproduceOptions extends PlanOptions {
  readonly list?: boolean;
  readonly seed: number;
  readonly backend: readonly string[];
  readonly workers?: number;
  readonly out: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

const share = (text: string): number => {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a share above 0, at most 1.');
};

const listExperiments = (json: boolean, out: Output): void => {
  if (json) {
    return writeJson(
      out,
      experiments.map(({ name, title, paper, cells }) => ({ name, title, paper, cells: cells().length })),
    );
  }
  const rows = experiments.map(({ name, title, paper, cells }) => [name, String(cells().length), `${title}. ${paper}`]);
  out.line(renderTable(out, [{ title: 'name' }, { title: 'cells', align: 'right' }, { title: 'what' }], rows));
};

const listCells = (experiment: Experiment, { cells }: Plan, json: boolean, out: Output): void => {
  if (json) {
    const { name, title, paper, criterion, protocol, deviations } = experiment;
    const listed = cells.map(({ cell: { module, operation, range, setting }, runs, steps }) => ({
      module,
      operation,
      range,
      setting,
      runs,
      steps,
    }));
    return writeJson(out, { name, title, paper, criterion, protocol, deviations, cells: listed });
  }
  out.line(paragraph(out, `${out.colours.bold(experiment.name)}  ${experiment.title}`));
  for (const sentence of experiment.protocol) out.line(paragraph(out, sentence, 2));
  const titles = ['operation', 'module', 'range', 'setting', 'runs', 'steps'].map((title) => ({ title }));
  const rows = cells.map(({ cell, runs, steps }) => [
    cell.operation,
    cell.module,
    cell.range,
    cell.setting,
    String(runs),
    String(steps),
  ]);
  out.line(renderTable(out, titles, rows));
};

const settingsOf = (plan: Plan, { seed }: ReproduceOptions, backend: string): StoreSettings => ({
  experiment: plan.experiment.name,
  seed,
  runs: plan.cells.every(({ runs, restarts, cell }) => runs === cell.runs * restarts) ? 'protocol' : plan.cells[0]!.runs,
  scale: plan.cells[0]!.scale,
  ...(plan.cells[0]!.restarts > 1 && { restarts: plan.cells[0]!.restarts }),
  ...(plan.sharedBatches && { batches: 'shared' }),
  backend,
  version,
});

/** The options that chose what was run, as somebody would type them. */
const commandOf = ({ experiment }: Plan, options: ReproduceOptions, terminal: Terminal): string => {
  const { quick, runs, restarts, scale, sharedBatches, seed, backend, workers } = options;
  const words = [
    typed(terminal),
    'reproduce',
    experiment.name,
    ...(quick ? ['--quick'] : []),
    ...(['module', 'operation', 'range', 'setting'] as const).flatMap((label) =>
      (options[label] ?? []).map((word) => `--${label} ${JSON.stringify(word)}`),
    ),
    ...(runs === undefined ? [] : [`--runs ${runs}`]),
    ...(restarts === undefined ? [] : [`--restarts ${restarts}`]),
    ...(scale === undefined ? [] : [`--scale ${scale}`]),
    ...(sharedBatches ? ['--shared-batches'] : []),
    `--seed ${seed}`,
    `--backend ${backend.at(-1)}`,
    ...(workers === undefined ? [] : [`--workers ${workers}`]),
  ];
  return words.join(' ');
};

const provenanceOf = (
  command: string,
  seed: number,
  backend: string,
  { device, softwareAdapter }: BackendInfo,
  results: readonly KeptResult[],
): Provenance => {
  const { cpu, cores, runtime } = hostFacts([]);
  return {
    command,
    seed,
    backend,
    machine: `${cpu ?? 'an unknown processor'}, ${cores} cores; ${device}${softwareAdapter ? ' (imitated in software)' : ''}`,
    runtime: runtime ?? 'an unknown runtime',
    version,
    commits: [...new Set(results.flatMap(({ commit }) => commit ?? []))],
    ...totalSpent(results),
  };
};

/** What --json prints and what the folder keeps. */
const documentOf = (report: Report, provenance: Provenance): object => ({ ...report, ...provenance });

const writeReport = async (folder: string, report: Report, provenance: Provenance, { experiment }: Plan): Promise<void> => {
  const protocol = [...experiment.protocol, ...experiment.deviations];
  const file = (extension: string): string => join(folder, `${experiment.name}.${extension}`);
  await saveFile(file('json'), Buffer.from(`${JSON.stringify(documentOf(report, provenance), plain, 2)}\n`));
  await saveFile(file('md'), Buffer.from(markdownPage(report, provenance, protocol, `${experiment.name}.svg`)));
  await saveFile(file('svg'), Buffer.from(await figure(report)));
};

/** What was computed is shown even when it cannot be written. */
const problemOf = (work: Promise<void>): Promise<Error | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

const reproduce = async (plan: Plan, options: ReproduceOptions, signal: AbortSignal, terminal: Terminal): Promise<ExitCode> => {
  const { out, err } = terminal;
  const entry = backends.find(({ name }) => name === options.backend.at(-1))!;
  const { workers } = options;
  const [started] = await startBackends([workers === undefined ? entry : inWorkers(entry, workers)], err);
  const { backend } = started!;
  const progress = showProgress(err, signal);
  try {
    const folder = join(options.out, plan.experiment.name);
    const store = await openStore(folder, settingsOf(plan, options, entry.name), options.fresh ?? false);
    const results = await finished(plan, store);
    if (results.size > 0) err.line(`${results.size} of ${plan.cells.length} cells are done already, in ${folder}.`);
    await runPlan(plan, store, results, { backend, seed: options.seed, commit: hostFacts([]).commit, signal, progress });
    progress.stop();
    const report = makeReport(plan, results);
    const provenance = provenanceOf(commandOf(plan, options, terminal), options.seed, entry.name, backend.info, [
      ...results.values(),
    ]);
    const unwritten = report.rows.length > 0 ? await problemOf(writeReport(folder, report, provenance, plan)) : undefined;
    if (options.json) writeJson(out, documentOf(report, provenance));
    else if (report.rows.length > 0) {
      out.line(renderReport(report, out));
      out.line(out.colours.dim(paragraph(out, provenanceLine(provenance), 2)));
      if (unwritten === undefined)
        out.line(out.colours.dim(paragraph(out, `Written to ${folder}: ${plan.experiment.name}.json, .md, .svg`, 2)));
    }
    if (unwritten !== undefined)
      err.line(`${err.colours.red('error:')} --out: the report could not be written to ${folder} (${unwritten.message}).`);
    if (report.missing === 0) return unwritten === undefined ? exit.success : exit.failure;
    err.line(`Stopped: ${report.missing} of ${plan.cells.length} cells have no result yet. The same command goes on from here.`);
    return exit.interrupted;
  } finally {
    progress.stop();
    await backend.dispose();
  }
};

export const defineReproduce: Define = (command, { terminal, end }) => {
  const { out, err } = terminal;
  command
    .argument('[experiment]', `which one: ${experiments.map(({ name }) => name).join(', ')}; none: list them`)
    .option('--quick', 'a first look of a few seconds: few cells, few runs, a share of the steps. Not the protocol')
    .option('--module <name>', 'only these modules; may be repeated', names)
    .option('--operation <name>', 'only these operations; may be repeated', names)
    .option('--range <name>', 'only these ranges, as --list writes them; may be repeated', (word, all?: readonly string[]) => [
      ...(all ?? []),
      word,
    ])
    .option('--setting <name>', 'only these settings, such as "10 inputs"; may be repeated', names)
    .option('--runs <n>', "runs per cell (default: the protocol's)", whole(1, 10_000))
    .option(
      '--restarts <n>',
      'train so many networks per run, and report beside them the one that validation rows inside the training range choose, its weights at exact values where these do better',
      whole(2, 1000),
    )
    .option('--scale <share>', "share of the protocol's steps to make, such as 0.1; schedules shrink with it (default: 1)", share)
    .option(
      '--shared-batches',
      'let all runs of a cell learn from the same batches, drawn once for all: several times faster where batches are large and random. Not the protocol, where each run draws its own; the title says so',
    )
    .option('--seed <n>', 'the seed of all runs; each run has its own numbers from it', whole(0, 2 ** 48 - 1), 0)
    .addOption(
      new Option('--backend <name>', `where to compute (${backendNames.join(', ')})`)
        .argParser(oneOf(backendNames))
        .default(['js'], 'js'),
    )
    .option(
      '--workers <n>',
      'divide the runs among so many workers, for the cores of the processor; the results are the same to the bit',
      whole(1, 256),
    )
    .option('--out <folder>', 'where results are kept, and from where a stopped command goes on', 'nalu-results')
    .option('--fresh', 'forget what the folder holds of this experiment')
    .option('--list', 'show protocol and cells, and run nothing')
    .option(
      '--json',
      'print one JSON document: { experiment, criterion, rows: [{ module, operation, range, runs, successes, successRate, interval, solvedAt, sparsityError, published, certainty, … }] }',
    )
    .addHelpText(
      'after',
      `
Results are kept cell by cell, and the cell in training every 20 seconds: after Ctrl-C, or worse, the same command goes on. Published figures say how certain they are; rates come with Wilson's 95 % interval and the criterion.
${examples(terminal, [['reproduce', 'the experiments'], ['reproduce identity --quick'], ['reproduce smat --operation "*" --module nmu --setting "2 inputs" --workers 2'], ['reproduce identity --json | jq ".rows[] | [.module, .score]"']])}`,
    )
    .action(async (name: string | undefined, options: ReproduceOptions) => {
      if (name === undefined) return listExperiments(options.json ?? false, out);
      const experiment = chooseExperiment(name);
      const plan = choosePlan(experiment, options);
      if (options.list) return listCells(experiment, plan, options.json ?? false, out);
      const interrupt = listenForInterrupt(err, 'Stopping; what is done so far is kept.');
      try {
        end(await reproduce(plan, options, interrupt.signal, terminal));
      } finally {
        interrupt.release();
      }
    });
};
