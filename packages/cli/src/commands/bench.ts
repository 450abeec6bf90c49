import { join } from 'node:path';
import { Option } from 'commander';
import {
  judgeGoals,
  speedSuite,
  workloads as trainingJobs,
  type BenchmarkReport,
  type SuiteName,
} from '@nalu/experiments/benchmark';
import { backendNames, chooseBackends, defaultBackends } from '../backends.ts';
import { compareRuns } from '../bench/compare.ts';
import { figuresOf } from '../bench/figures.ts';
import { measureAll, suiteWorkloads } from '../bench/measure-all.ts';
import { showReport } from '../bench/show-report.ts';
import type { Define } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { UsageError } from '../usageError.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { oneOf } from '../options.ts';
import { plain, writeJson } from '../output/json.ts';
import { showProgress } from '../output/progress.ts';
import { saveFile, saveFolder } from '../output/save.ts';
import { paragraph } from '../output/wrap.ts';
import type { Output, Terminal } from '../terminal.ts';
import { examples } from '../typed.ts';

interface BenchOptions {
  readonly suite: readonly SuiteName[];
  readonly backend?: readonly string[];
  readonly workload?: readonly string[];
  readonly baselines?: readonly string[];
  readonly compare?: readonly string[];
  readonly out?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

/** A backend that somebody asked for by name and that has no time for any workload. */
const hasMissing = ({ records }: BenchmarkReport, asked: readonly string[]): boolean =>
  asked.some((name) => name !== 'all' && !records.some(({ column, status }) => column === name && status === 'ok'));

const exitCodeOf = (report: BenchmarkReport, asked: readonly string[]): ExitCode => {
  if (report.stopped) return exit.interrupted;
  return report.records.some(({ status }) => status === 'wrong') || hasMissing(report, asked) ? exit.failure : exit.success;
};

/** What --json prints and what the folder keeps. */
const documentOf = (report: BenchmarkReport): object =>
  report.suite === 'speed' ? { ...report, goals: judgeGoals(report) } : report;

/** Writes the run and its figures. */
const save = async (folder: string, report: BenchmarkReport, isQuick: boolean): Promise<readonly string[]> => {
  const figures = await figuresOf(report, speedSuite(isQuick));
  await saveFile(join(folder, 'bench.json'), Buffer.from(`${JSON.stringify(documentOf(report), plain, 2)}\n`));
  for (const { file, svg } of figures) await saveFile(join(folder, file), Buffer.from(svg));
  return ['bench.json', ...figures.map(({ file }) => file)];
};

const measure = async (options: BenchOptions, signal: AbortSignal, { out, err }: Terminal): Promise<ExitCode> => {
  const { suite: suites, backend, workload, baselines = [], quick = false, json = false } = options;
  const suite = suites.at(-1)!;
  const folder = options.out ?? (suite === 'speed' ? join('nalu-results', 'bench') : undefined);
  if (folder !== undefined) await saveFolder(folder);
  const progress = showProgress(err, signal);
  try {
    const request = {
      suite,
      quick,
      backends: chooseBackends(backend),
      allBaselines: baselines.includes('all'),
      workloads: workload,
    };
    const report = await measureAll(request, signal, progress.update);
    progress.stop();
    const written = folder === undefined ? [] : await save(folder, report, quick);
    if (json) writeJson(out, documentOf(report));
    else {
      showReport(
        report,
        suiteWorkloads(suite, quick).filter(({ name }) => workload?.includes(name) ?? true),
        quick,
        out,
      );
      if (folder !== undefined) out.line(out.colours.dim(paragraph(out, `Written to ${folder}: ${written.join(', ')}`)));
    }
    return exitCodeOf(report, backend ?? []);
  } finally {
    progress.stop();
  }
};

/** Names that the suite has. The command line is read before it is known which suite is asked for. */
const checkWorkloads = ({ suite, workload = [], quick = false }: BenchOptions): void => {
  const known = new Set(suiteWorkloads(suite.at(-1)!, quick).map(({ name }) => name));
  const unknown = workload.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--workload ${unknown} is only in the speed suite${suite.at(-1) === 'speed' ? ' without --quick' : ': add --suite speed'}.`,
    );
};

const names = speedSuite(false).workloads.map(({ name }) => name);

const list = (): string =>
  speedSuite(false)
    .workloads.map(({ name, title }) => `  ${name.padEnd(24)} ${title}`)
    .join('\n');

const helpText = (terminal: Terminal): string => `
The suites:
  training  the training jobs (${trainingJobs.map(({ name }) => name).join(', ')})
  speed     these, predictions, series over batch, width, population and workers, compilation, and a roofline; it writes
            the run and its figures (SVG) to --out

Workloads:
${list()}
${examples(terminal, [
  ['bench'],
  ['bench --quick --workload nalu-2-1-b128'],
  ['bench --backend all', 'also the GPU backends, beside what people write by hand for them'],
  ['bench --suite speed --out before', 'everything, kept for later'],
  ['bench --compare before/bench.json after/bench.json', 'is something slower?'],
])}

A column whose answer differs from the oracle's shows WRONG and no time; the exit code is then 1, as when a backend named by --backend has no time at all, and when --compare finds something slower.`;

export const defineBench: Define = (command, { terminal, end }) => {
  const { out, err }: { out: Output; err: Output } = terminal;
  command
    .addOption(
      new Option('--suite <name>', 'training or speed').argParser(oneOf(['training', 'speed'])).default(['training'], 'training'),
    )
    .option(
      '--backend <name>',
      `backend to measure (${[...backendNames, 'all'].join(', ')}); may be repeated (default: ${defaultBackends.map(({ name }) => name).join(' and ')}, which are fast)`,
      oneOf([...backendNames, 'all']),
    )
    .option('--workload <name>', 'only this workload; may be repeated (default: all of the suite)', oneOf(names))
    .option('--baselines <which>', 'all: jax-js too, with its jit', oneOf(['all']))
    .option('--out <folder>', 'write the run and its figures there (default of the speed suite: nalu-results/bench)')
    .option('--quick', 'few samples and few sizes: a first look, not a measurement')
    .option('--compare <files...>', 'measure nothing, but compare two runs, or the folders that --out named: before after')
    .option(
      '--json',
      'print one JSON document: { host, records: [{ workload, column, status, medianMicroseconds, samples, … }], … }',
    )
    .addHelpText('after', helpText(terminal))
    .action(async (options: BenchOptions) => {
      if (options.compare !== undefined) return end(await compareRuns(options.compare, options.json ?? false, out));
      checkWorkloads(options);
      const interrupt = listenForInterrupt(err, 'Stopping; what was measured so far is shown.');
      try {
        end(await measure(options, interrupt.signal, terminal));
      } finally {
        interrupt.release();
      }
    });
};
