import {
  hostLine,
  judgeGoals,
  reached,
  speedSuite,
  workloads as trainingJobs,
  type BenchmarkRecord,
  type BenchmarkReport,
  type GoalResult,
  type Scaling,
  type Workload,
} from '@nalu/experiments/benchmark';
import { short, withSpread } from '../output/numbers.ts';
import { renderTable, type Column } from '../output/table.ts';
import { paragraph } from '../output/wrap.ts';
import type { Output } from '../terminal.ts';
import { middle } from './figures-of-merit.ts';

const text = (title: string): Column => ({ title });
const number = (title: string): Column => ({ title, align: 'right' });

/** What must be said wherever a time of it is shown. */
const SOFTWARE = 'in software, no GPU';

const cell = (record: BenchmarkRecord, fastest: number, { colours }: Output): string => {
  if (record.status === 'wrong') return colours.red('WRONG');
  if (record.medianMicroseconds === null) return colours.dim('n/a');
  const time = withSpread(record.medianMicroseconds, record.spreadMicroseconds ?? 0);
  return record.medianMicroseconds === fastest ? colours.green(time) : time;
};

const remarks = ({ reason, software, path, deviceMicroseconds: onDevice }: BenchmarkRecord): string =>
  [reason, software ? SOFTWARE : null, onDevice === null ? null : `${short(onDevice)} µs on the device's own clock`, path]
    .filter((part) => part !== null)
    .join('; ');

/** One table per workload, one row per column: every number stays readable on a narrow screen. */
const showWorkload = ({ records }: BenchmarkReport, { name, title, task, batch }: Workload, out: Output): void => {
  const own = records.filter(({ workload }) => workload === name);
  const fastest = Math.min(...own.flatMap(({ medianMicroseconds }) => medianMicroseconds ?? []));
  const isTraining = task === 'training';
  const rows = own.map((record) => {
    const { column, medianMicroseconds: time, compileMilliseconds, samples } = record;
    const last = isTraining
      ? compileMilliseconds === null
        ? ''
        : short(compileMilliseconds)
      : time === null
        ? ''
        : short(batch / time);
    return [
      column,
      cell(record, fastest, out),
      time === null ? '' : `${(time / fastest).toFixed(1)}×`,
      time === null ? '' : String(samples.length),
      last,
      remarks(record),
    ];
  });
  out.line(`${out.colours.bold(name)}  ${title}`);
  out.line(
    renderTable(
      out,
      [
        text('column'),
        number('µs'),
        number('ratio'),
        number('samples'),
        number(isTraining ? 'compile ms' : 'rows per µs'),
        text('what ran, or why it has no time'),
      ],
      rows,
    ),
  );
  out.line('');
};

/** The medians of a series, one row per size. */
const showScaling = ({ records }: BenchmarkReport, { title, label, points }: Scaling, out: Output): void => {
  const find = (workload: string, column: string): BenchmarkRecord | undefined =>
    records.find((record) => record.workload === workload && record.column === column);
  const measured = points.filter(({ workload }) =>
    records.some((record) => record.workload === workload && record.status !== 'n/a'),
  );
  if (measured.length < 2) return;
  const columns = [...new Set(records.map(({ column }) => column))];
  const rows = measured.map(({ size, workload }) => [
    size.toLocaleString('en-US'),
    ...columns.map((column) => {
      const record = find(workload, column);
      if (record?.status === 'wrong') return out.colours.red('WRONG');
      const time = record?.medianMicroseconds;
      return time === null || time === undefined
        ? out.colours.dim('n/a')
        : `${short(time)}${record!.software ? ' (software)' : ''}`;
    }),
  ]);
  out.line(`${out.colours.bold(title)}, median µs`);
  out.line(renderTable(out, [number(label), ...columns.map(number)], rows));
  out.line('');
};

const showCompileTimes = ({ compileTimes }: BenchmarkReport, out: Output): void => {
  if (compileTimes.length === 0) return;
  out.line(`${out.colours.bold('Compilation')}  from the module to a training loop that is ready, milliseconds`);
  const rows = compileTimes.map(({ column, workload, cold, compilation, again, software, reason }) => [
    column,
    middle(cold),
    middle(compilation),
    middle(again),
    reason ?? `${software ? `${SOFTWARE}; ` : ''}${workload}; cold: ${cold.length} fresh threads`,
  ]);
  out.line(
    renderTable(out, [text('backend'), number('cold'), number('of that, compiling'), number('again'), text('what')], rows),
  );
  out.line('');
};

const showWorkers = ({ workers }: BenchmarkReport, out: Output): void => {
  if (workers.length === 0) return;
  out.line(`${out.colours.bold('Workers')}  steps of one member in a millisecond, and what independent copies reach`);
  const rows = workers.map(({ column, workers: count, rounds, reason, workload }) => [
    column,
    String(count),
    middle(rounds.map(({ sharded }) => sharded / 1000)),
    middle(rounds.map(({ independent }) => independent / 1000)),
    rounds.length === 0 ? '' : `${middle(rounds.map(({ sharded, independent }) => (100 * sharded) / independent))} %`,
    reason ?? workload,
  ]);
  out.line(
    renderTable(
      out,
      [text('backend'), number('workers'), number('sharded'), number('copies'), number('share'), text('what')],
      rows,
    ),
  );
  out.line('');
};

/** All points are in the figure; the table has those of the workloads that have tables of their own. */
const showRoofline = (report: BenchmarkReport, isShown: (workload: string) => boolean, out: Output): void => {
  const { peaks } = report;
  if (peaks.length === 0) return;
  out.line(`${out.colours.bold('Roofline')}  what one core reached of what it can do`);
  const giga = (value: number): string => short(value / 1e9);
  const ceilings = peaks.map(({ unit, flops, bandwidth, cacheBandwidth, note }) => [
    unit,
    giga(flops),
    giga(bandwidth),
    giga(cacheBandwidth),
    note,
  ]);
  out.line(
    renderTable(out, [text('unit'), number('peak GFLOP/s'), number('memory GB/s'), number('cache GB/s'), text('how')], ceilings),
  );
  const shown = reached(report).filter(({ workload }) => isShown(workload));
  const rows = shown.map(({ workload, column, flops, intensity, share }) => [
    workload,
    column,
    short(intensity),
    giga(flops),
    `${short(100 * share)} %`,
  ]);
  if (rows.length > 0)
    out.line(
      renderTable(out, [text('workload'), text('column'), number('FLOP/byte'), number('GFLOP/s'), number('of the peak')], rows),
    );
  out.line('');
};

const verdictOf = ({ met }: GoalResult, { colours }: Output): string =>
  met === null ? colours.dim('not measured') : met ? colours.green('met') : colours.yellow('missed');

const showGoals = (report: BenchmarkReport, out: Output): void => {
  if (report.suite !== 'speed') return;
  const results = judgeGoals(report).filter(({ value }) => value !== null);
  if (results.length === 0) return;
  out.line(out.colours.bold('Goals'));
  const rows = results.map((goal) => [
    `${short(goal.value!)}${goal.unit === null ? '' : ` ${goal.unit}`}`,
    `${goal.atLeast ? '≥' : '≤'} ${short(goal.limit)}${goal.unit === null ? '' : ` ${goal.unit}`}`,
    verdictOf(goal, out),
    `${goal.name}${goal.software ? ` (${SOFTWARE})` : ''}`,
  ]);
  out.line(renderTable(out, [number('reached'), number('goal'), text(''), text('what')], rows));
  out.line('');
};

/** All of a report as tables. */
export const showReport = (report: BenchmarkReport, measured: readonly Workload[], isQuick: boolean, out: Output): void => {
  const isTimed = ({ name }: Workload): boolean =>
    !report.stopped || report.records.some(({ workload, status }) => workload === name && status !== 'n/a');
  const inSeries = new Set(
    speedSuite(isQuick)
      .scalings.flatMap(({ points }) => points.map(({ workload }) => workload))
      .filter((name) => !trainingJobs.some((job) => job.name === name)),
  );
  const isShownAlone = ({ name }: Workload): boolean => !inSeries.has(name) || measured.length === 1;
  out.line('Microseconds per step and member, or per call: median ± median absolute deviation.\n');
  for (const workload of measured.filter((each) => isTimed(each) && isShownAlone(each))) showWorkload(report, workload, out);
  if (report.suite === 'speed') for (const scaling of speedSuite(isQuick).scalings) showScaling(report, scaling, out);
  showCompileTimes(report, out);
  showWorkers(report, out);
  showRoofline(report, (workload) => measured.some((each) => each.name === workload && isShownAlone(each)), out);
  showGoals(report, out);
  const missed = measured.filter((workload) => !isTimed(workload)).map(({ name }) => name);
  if (missed.length > 0) out.line(paragraph(out, `Not measured: ${missed.join(', ')}.`));
  out.line(out.colours.dim(hostLine(report.host)));
};
