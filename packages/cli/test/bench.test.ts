import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { speedSuite, type BenchmarkReport, type GoalResult } from '@nalu/experiments/benchmark';
import picocolors from 'picocolors';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { figuresOf } from '../src/bench/figures.ts';
import { workerCounts } from '../src/bench/sharing.ts';
import { showReport } from '../src/bench/show-report.ts';
import type { Output } from '../src/terminal.ts';
import { build, nalu, start, type Ended } from './nalu.ts';

vi.setConfig({ testTimeout: 120_000 });

type Document = BenchmarkReport & { readonly goals: readonly GoalResult[] };

const WORKLOAD = 'nalu-2-1-b128';
const POPULATION = 'nalu-2-1-b128-100';

let folder: string;
let ended: Ended;
let report: Document;

beforeAll(async () => {
  build();
  folder = await mkdtemp(join(tmpdir(), 'nalu-bench-'));
  const out = join(folder, 'run');
  ended = await nalu(
    'bench',
    '--suite',
    'speed',
    '--quick',
    '--backend',
    'js',
    '--workload',
    `${WORKLOAD},${POPULATION}`,
    '--out',
    out,
    '--json',
  );
  report = JSON.parse(ended.stdout) as Document;
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const save = async (name: string, document: unknown): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document));
  return file;
};

describe('the speed suite, restricted to two workloads', () => {
  test('prints one document, and nothing else into a pipe', () => {
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(report).toMatchObject({ format: 'nalu benchmark', version: 1, suite: 'speed', stopped: false });
  });

  test('measures every column, checked against the oracle, with what a step costs', () => {
    const columns = ['plain-loop', 'tfjs-autodiff', 'tfjs-tuned', 'js'];
    expect(report.records.map(({ workload, column, status }) => [workload, column, status])).toEqual(
      [WORKLOAD, POPULATION].flatMap((workload) => columns.map((column) => [workload, column, 'ok'])),
    );
    for (const { samples, check, flopsPerStep, bytesPerStep, software } of report.records) {
      expect(samples.length).toBeGreaterThan(0);
      expect(check!.worstError).toBeLessThanOrEqual(check!.tolerance);
      expect(flopsPerStep).toBeGreaterThan(1000);
      expect(bytesPerStep).toBeGreaterThan(1000);
      expect(software).toBe(false);
    }
  });

  test('times compilation in fresh threads, and what the processor can do', () => {
    const [compiled] = report.compileTimes;
    expect(compiled).toMatchObject({ workload: WORKLOAD, column: 'js', reason: null });
    expect(compiled!.cold).toHaveLength(2);
    expect(compiled!.again).toHaveLength(20);
    compiled!.cold.forEach((cold, i) => expect(cold).toBeGreaterThan(compiled!.compilation[i]!));
    expect(report.peaks.map(({ unit }) => unit)).toEqual(['javascript', 'webassembly']);
  });

  test('divides the population among workers, beside independent copies', () => {
    expect(report.workers.length).toBeGreaterThan(0);
    expect(report.workers[0]).toMatchObject({ workload: POPULATION, column: 'js', workers: 1, members: 100, reason: null });
    for (const { rounds, check } of report.workers) {
      expect(rounds).toHaveLength(3);
      expect(check!.worstError).toBeLessThanOrEqual(check!.tolerance);
    }
  });

  test('judges the goals that it has measured, and no others', () => {
    const goal = report.goals.find(({ name }) => name === `${WORKLOAD}: js over plain-loop`)!;
    const timeOf = (name: string): number =>
      report.records.find(({ workload, column }) => workload === WORKLOAD && column === name)!.medianMicroseconds!;
    expect(goal.value).toBeCloseTo(timeOf('js') / timeOf('plain-loop'), 9);
    expect(goal.met).toBe(goal.value! <= goal.limit);
    for (const { met } of report.goals.filter(({ name }) => name.includes('tfjs-wasm'))) expect(met).toBeNull();
  });

  test('keeps the run and its figures in the folder', async () => {
    expect(JSON.parse(await readFile(join(folder, 'run', 'bench.json'), 'utf8'))).toEqual(report);
    for (const [file, title] of [
      ['roofline.svg', 'Roofline'],
      ['population.svg', 'NALU 2→1'],
    ]) {
      const figure = await readFile(join(folder, 'run', file!), 'utf8');
      expect(figure).toMatch(new RegExp(`^<svg [^]*<title>${title}[^]*plain-loop[^]*</svg>\n$`));
    }
  });
});

describe('a GPU in software', () => {
  const imitated = (): Document => ({
    ...report,
    records: report.records.map((record) => (record.column === 'js' ? { ...record, software: true, unit: null } : record)),
    compileTimes: report.compileTimes.map((record) => ({ ...record, software: true })),
  });

  test('is called that beside every time of it, and has no place below the ceilings', () => {
    const lines: string[] = [];
    const out: Output = {
      line: (text) => void lines.push(...text.split('\n')),
      colours: picocolors.createColors(false),
      interactive: false,
      width: undefined,
      stream: process.stdout,
    };
    const { workloads } = speedSuite(true);
    showReport(imitated(), workloads, true, out);
    const times = lines.filter((line) => /^  js +\d/.test(line) && !line.includes('workers'));
    expect(times.length).toBeGreaterThanOrEqual(2);
    const shared = new RegExp(`${POPULATION}$`);
    for (const line of times.filter((each) => !shared.test(each))) expect(line).toContain('in software, no GPU');
    expect(lines.filter((line) => /^ +1  .*\(software\)/.test(line))).toHaveLength(1);
    const roofline = lines.slice(lines.findIndex((line) => line.startsWith('Roofline')));
    expect(roofline.filter((line) => / js +0\./.test(line))).toEqual([]);
  });

  test('is called that in the figures', async () => {
    const figures = await figuresOf(imitated(), speedSuite(true));
    expect(figures.find(({ file }) => file === 'population.svg')!.svg).toContain('js (software)');
    expect(figures.find(({ file }) => file === 'roofline.svg')!.svg).not.toMatch(/>js</);
  });
});

test('workers: one, twice as many, and one for every core', () => {
  expect([1, 2, 3, 6, 8].map(workerCounts)).toEqual([[1], [1, 2], [1, 2, 3], [1, 2, 4, 6], [1, 2, 4, 8]]);
});

describe('--compare', () => {
  /** The measured run, with durations that vary by a percent. */
  const steady = (factor: number): Document => ({
    ...report,
    records: report.records.map((record) => ({
      ...record,
      samples: Array.from({ length: 12 }, (_, i) => (record.column === 'js' ? factor : 1) * (10 + 0.1 * Math.sin(i))),
    })),
  });

  test('a run and itself: no difference, exit code 0, both machines', async () => {
    const file = join(folder, 'run', 'bench.json');
    const { code, stdout, stderr } = await nalu('bench', '--compare', file, file);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('0 slower, 0 faster');
    expect(stdout.split(report.host.runtime!)).toHaveLength(3);
  });

  test('a planted regression: exit code 1, the row, the ratio', async () => {
    const [before, after] = [await save('before.json', steady(1)), await save('after.json', steady(1.3))];
    const table = await nalu('bench', '--compare', before, after);
    expect(table.code).toBe(1);
    expect(table.stdout).toMatch(/nalu-2-1-b128 +js +step +10 µs +13 µs +1\.30 \[1\.\d\d, 1\.\d\d\] +slower/);
    expect(table.stdout).toContain('2 slower, 0 faster');

    const { code, stdout } = await nalu('bench', '--compare', before, after, '--json');
    const { rows } = JSON.parse(stdout) as { rows: { column: string; measure: string; verdict: string }[] };
    expect(code).toBe(1);
    expect(rows.filter(({ verdict }) => verdict === 'slower')).toMatchObject([
      { workload: WORKLOAD, column: 'js', measure: 'step' },
      { workload: POPULATION, column: 'js', measure: 'step' },
    ]);

    expect(await nalu('bench', '--compare', after, before)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 slower, 2 faster') as string,
    });
  });

  test.each([
    ['a damaged file', async () => save('half.json', ended.stdout.slice(0, 500)), /half\.json is no complete JSON document/],
    ['a newer file', async () => save('newer.json', { ...report, version: 2 }), /newer nalu \(version 2/],
    ['a file of something else', async () => save('other.json', {}), /other\.json is no benchmark/],
    ['no file', async () => join(folder, 'none.json'), /none\.json cannot be read/],
  ])('%s: exit code 2 and one sentence', async (_, make, says) => {
    const { code, stdout, stderr } = await nalu('bench', '--compare', join(folder, 'run', 'bench.json'), await make());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('one file only: exit code 2', async () => {
    const { code, stderr } = await nalu('bench', '--compare', join(folder, 'run', 'bench.json'));
    expect(code).toBe(2);
    expect(stderr).toContain('takes two files');
  });
});

test('a workload of the other suite: exit code 2, and which suite has it', async () => {
  const { code, stderr } = await nalu('bench', '--workload', 'predict-nalu-2-1-b1');
  expect(code).toBe(2);
  expect(stderr).toContain('add --suite speed');
});

test('Ctrl-C: exit code 130, and the document says that it was stopped', async () => {
  const out = join(folder, 'stopped');
  const run = start(['bench', '--suite', 'speed', '--backend', 'js', '--out', out, '--json']);
  // The folder is made when the command is ready to be stopped.
  await vi.waitFor(() => access(out), { timeout: 60_000 });
  run.process.kill('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('what was measured so far');
  const { stopped, records } = JSON.parse(stdout) as Document;
  expect(stopped).toBe(true);
  expect(records.some(({ reason }) => reason?.startsWith('stopped'))).toBe(true);
  expect(JSON.parse(await readFile(join(out, 'bench.json'), 'utf8'))).toEqual(JSON.parse(stdout));
});
