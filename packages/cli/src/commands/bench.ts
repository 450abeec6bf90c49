import type { Command } from 'commander';
import {
  backendColumn,
  baselinesBeside,
  defaultProtocol,
  hostFacts,
  runBenchmark,
  workloads,
  type BenchmarkEvent,
  type BenchmarkRecord,
  type BenchmarkReport,
  type Protocol,
  type Workload,
} from '@nalu/experiments/benchmark';
import { backendNames, chooseBackends, defaultBackends } from '../backends.ts';
import type { Context } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { oneOf } from '../options.ts';
import { writeJson } from '../output/json.ts';
import { short, withSpread } from '../output/numbers.ts';
import { showProgress, type Progress } from '../output/progress.ts';
import { renderTable } from '../output/table.ts';
import { paragraph } from '../output/wrap.ts';
import type { Output } from '../terminal.ts';
import { examples } from '../typed.ts';

/** For a first look: a few samples of each cell. */
const quick: Protocol = { ...defaultProtocol, budget: 200, minSamples: 3, maxSamples: 10 };

interface BenchOptions {
  readonly backend: readonly string[];
  readonly workload: readonly string[];
  readonly quick?: boolean;
  readonly json?: boolean;
}

const follow = (progress: Progress, cells: number): ((event: BenchmarkEvent) => void) => {
  let done = 0;
  return (event) => {
    if (event.kind === 'record') done++;
    const label =
      event.kind === 'record'
        ? ''
        : `${event.workload}, ${event.column}: ${event.kind === 'prepare' ? 'warming up' : `${event.samples} samples`}`;
    progress.update(done / cells, label);
  };
};

const cell = (record: BenchmarkRecord, fastest: number, { colours }: Output): string => {
  if (record.status === 'wrong') return colours.red('WRONG');
  if (record.medianMicroseconds === null) return colours.dim('n/a');
  const time = withSpread(record.medianMicroseconds, record.spreadMicroseconds ?? 0);
  return record.medianMicroseconds === fastest ? colours.green(time) : time;
};

/** One table per workload, one row per column: every number stays readable on a narrow screen. */
const show = (report: BenchmarkReport, measured: readonly Workload[], out: Output): void => {
  const { colours } = out;
  const columns = [...new Set(report.records.map(({ column }) => column))];
  out.line(`Microseconds per step and member: median ± median absolute deviation.\n`);
  const isTimed = ({ name }: Workload): boolean =>
    !report.stopped || report.records.some(({ workload, status }) => workload === name && status !== 'n/a');
  for (const { name, title } of measured.filter(isTimed)) {
    const records = report.records.filter(({ workload }) => workload === name);
    const times = records.flatMap(({ medianMicroseconds }) => medianMicroseconds ?? []);
    const fastest = Math.min(...times);
    const rows = columns.map((column) => {
      const record = records.find((candidate) => candidate.column === column)!;
      const { medianMicroseconds, compileMilliseconds, samples, path, reason } = record;
      return [
        column,
        cell(record, fastest, out),
        medianMicroseconds === null ? '' : `${(medianMicroseconds / fastest).toFixed(1)}×`,
        medianMicroseconds === null ? '' : String(samples.length),
        compileMilliseconds === null ? '' : short(compileMilliseconds),
        [reason, path].filter((text) => text !== null).join('; '),
      ];
    });
    out.line(`${colours.bold(name)}  ${title}`);
    out.line(
      renderTable(
        out,
        [
          { title: 'column' },
          { title: 'µs', align: 'right' },
          { title: 'ratio', align: 'right' },
          { title: 'samples', align: 'right' },
          { title: 'compile ms', align: 'right' },
          { title: 'what ran, or why it has no time' },
        ],
        rows,
      ),
    );
    out.line('');
  }
  const missed = measured.filter((workload) => !isTimed(workload)).map(({ name }) => name);
  if (missed.length > 0) out.line(paragraph(out, `Not measured: ${missed.join(', ')}.`));
  const { cpu, cores, os, runtime, commit } = report.host;
  out.line(
    colours.dim(
      [cpu, cores === null ? null : `${cores} cores`, os, runtime, commit === null ? null : `commit ${commit.slice(0, 10)}`]
        .filter((fact) => fact !== null)
        .join(', '),
    ),
  );
};

/** A backend that somebody asked for by name and that has no time for any workload. */
const hasMissing = ({ records }: BenchmarkReport, asked: readonly string[]): boolean =>
  asked.some((name) => name !== 'all' && !records.some(({ column, status }) => column === name && status === 'ok'));

const exitCodeOf = (report: BenchmarkReport, asked: readonly string[]): ExitCode => {
  if (report.stopped) return exit.interrupted;
  return report.records.some(({ status }) => status === 'wrong') || hasMissing(report, asked) ? exit.failure : exit.success;
};

export const addBench = (program: Command, { terminal, end }: Context): void => {
  const names = workloads.map(({ name }) => name);
  program
    .command('bench')
    .description(
      'Measure training steps on backends beside the baselines: a plain loop, tfjs with autodiff, tfjs tuned by hand; beside tfjs-webgpu tfjs on WebGPU too, and beside gpu.js a pipeline written for it by hand.',
    )
    .option(
      '--backend <name>',
      `backend to measure (${[...backendNames, 'all'].join(', ')}); may be repeated (default: ${defaultBackends.map(({ name }) => name).join(' and ')}, which are fast)`,
      oneOf([...backendNames, 'all']),
    )
    .option('--workload <name>', `workload (${names.join(', ')}); may be repeated (default: all)`, oneOf(names))
    .option('--quick', 'few samples: a first look, not a measurement')
    .option('--json', 'print one JSON document: { host, records: [{ workload, column, status, medianMicroseconds, … }] }')
    .addHelpText(
      'after',
      `\nWorkloads:\n${workloads.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`).join('\n')}\n${examples(terminal, [['bench'], ['bench --quick --workload nalu-2-1-b128'], ['bench --backend all', 'also the GPU backends, beside what people write by hand for them'], ['bench --backend js --json > bench.json']])}\n\nA column whose answer differs from the oracle's shows WRONG and no time; the exit code is then 1, as when a backend named by --backend has no time at all.`,
    )
    .action(async ({ backend, workload = names, quick: isQuick = false, json = false }: Partial<BenchOptions>) => {
      const { out, err } = terminal;
      const measured = workloads.filter(({ name }) => workload.includes(name));
      const chosen = chooseBackends(backend);
      const columns = [
        ...baselinesBeside(chosen.map(({ name }) => name)),
        ...chosen.map(({ name, create }) => backendColumn(name, create)),
      ];
      const interrupt = listenForInterrupt(err, 'Stopping; what was measured so far is shown.');
      const progress = showProgress(err, interrupt.signal);
      try {
        const report = await runBenchmark({
          workloads: measured,
          columns,
          host: hostFacts(),
          protocol: isQuick ? quick : defaultProtocol,
          signal: interrupt.signal,
          onEvent: follow(progress, measured.length * columns.length),
        });
        progress.stop();
        if (json) writeJson(out, report);
        else show(report, measured, out);
        end(exitCodeOf(report, backend ?? []));
      } finally {
        progress.stop();
        interrupt.release();
      }
    });
};
