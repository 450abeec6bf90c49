import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { trace } from '@nalu/core/graph';
import { dataSetNames } from '@nalu/experiments/data';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build, nalu, start, type Ended } from './nalu.ts';

// Every test starts processes; how long that takes says nothing about them.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;

beforeAll(async () => {
  build();
  folder = await mkdtemp(join(tmpdir(), 'nalu-cli-'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

/** A quick but real training. */
const quick = ['--backend', 'js', '--model', 'nac', '--seeds', '4', '--steps', '200'];
const coloured = (text: string): boolean => text !== stripVTControlCharacters(text);

describe('help', () => {
  test('lists every command, with examples and exit codes', async () => {
    const { code, stdout, stderr } = await nalu('--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const word of ['backends', 'fit', 'reproduce', 'conformance', 'bench', 'start', 'Examples:', 'Exit codes:'])
      expect(stdout).toContain(word);
  });

  test.each(['backends', 'fit', 'reproduce', 'conformance', 'bench', 'start'])(
    '%s has its own, with examples',
    async (command) => {
      const { code, stdout } = await nalu(command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain('Examples:');
      expect(stdout).toContain(`nalu ${command}`);
    },
  );

  test('fit names every data set that comes with nalu', async () => {
    const { stdout } = await nalu('fit', '--help');
    for (const name of await dataSetNames()) expect(stdout).toContain(name);
  });

  test('no command at all is bad usage, with the help on stderr', async () => {
    const { code, stdout, stderr } = await nalu();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: nalu');
  });

  test('--version is the package version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await nalu('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
  });
});

describe('what cannot be understood gets exit code 2, one message on stderr and nothing on stdout', () => {
  /** One message that starts with `error:` and holds no stack. */
  const refusal = (says: RegExp): Ended => ({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^error: (?![^]*^\\s+at )[^]*${says.source}`, 'm')) as string,
  });

  test.each([
    ['an unknown command', ['fitt'], /Did you mean fit\?/],
    ['the help of an unknown command', ['certify', '--help'], /unknown command/],
    ['an unknown option', ['fit', 'a+b', '--sedes', '3'], /Did you mean --seeds\?/],
    ['an unknown function', ['fit', 'sqrt(b)'], /no function "sqrt\(b\)".*Did you mean "sqrt\(a\)".*Known: a\+b/],
    ['an unknown backend', ['fit', 'a+b', '--backend', 'tfjs-wsam'], /no "tfjs-wsam".*Did you mean "tfjs-wasm"/],
    ['an unknown model', ['fit', 'a+b', '--model', 'nalu2'], /no "nalu2".*Did you mean "nalu/],
    ['an unknown workload', ['bench', '--workload', 'nalu-2-1-b129'], /Did you mean "nalu-2-1-b128"/],
    ['an unknown data set', ['fit', '--data', 'planet'], /Did you mean "planets"/],
    ['a function like no other', ['fit', 'zzz'], /Known: a\+b, a-b, a\*b, a\/b, a\^2, sqrt\(a\)/],
    ['nothing to learn', ['fit'], /What is to be learned/],
    ['two things to learn', ['fit', 'a+b', '--data', 'planets'], /not both/],
    ['a target without a table', ['fit', 'a+b', '--target', 'y'], /--data FILE\.csv/],
    ['a file that is not there', ['fit', '--data', './none.csv', '--target', 'y'], /none\.csv: there is no such file/],
    [
      'a place that cannot be written',
      ['fit', 'a+b', '--save', '/no/such/folder/x.safetensors'],
      /\/no\/such\/folder does not exist/,
    ],
    ['no seeds', ['fit', 'a+b', '--seeds', '0'], /from 1 to 10000/],
    ['a model to measure that nobody knows', ['backends', '--fastest', 'nalo'], /no such model\. Did you mean "nalu"/],
    ['half a step', ['fit', 'a+b', '--steps', '1.5'], /whole number/],
    ['a negative seed', ['fit', 'a+b', '--seed', '-1'], /whole number/],
    ['a seed beyond 48 bits', ['fit', 'a+b', '--seed', String(2 ** 48)], /from 0 to 281474976710655/],
    ['a file without a name', ['fit', 'a+b', '--save', ''], /--save needs the name of a file/],
    [
      'the table as the place for the model',
      ['fit', '--data', './t.csv', '--target', 'y', '--save', 't.csv'],
      /the table itself/,
    ],
  ])('%s', async (_, args, says) => {
    expect(await nalu(...args)).toEqual(refusal(says));
  });

  test('the table under another name as the place for the model', async () => {
    const path = await file('linked.csv', 'x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n');
    const link = `${path}.link`;
    await symlink(path, link);
    expect(await nalu('fit', '--data', path, '--target', 'y', '--save', link)).toEqual(refusal(/the table itself/));
  });

  test('a broken table: file, line, column and remedy', async () => {
    const path = await file('bad.csv', 'x,y\n1,2\n2,oops\n3,4\n4,5\n');
    const says = /bad\.csv, line 3, column "y": "oops" is not a number\. Write a decimal number/;
    expect(await nalu('fit', '--data', path, '--target', 'y')).toEqual(refusal(says));
  });

  test('a table without a target: its columns are named', async () => {
    const path = await file('plain.csv', 'x,y\n1,2\n2,3\n3,4\n4,5\n');
    expect(await nalu('fit', '--data', path)).toEqual(refusal(/--target COLUMN\.\s+The\s+columns\s+are\s+"x",\s+"y"/));
  });

  test('a table with units, a comment, and a separator too many: what to remove', async () => {
    const units = await file('units.csv', 'x,y\n5%,2\n6%,3\n7%,4\n8%,5\n');
    expect(await nalu('fit', '--data', units, '--target', 'y')).toEqual(refusal(/without\s+units,\s+not\s+“5%”/));
    const comment = await file('comment.csv', '# mine\nx,y\n1,2\n2,3\n3,4\n4,5\n');
    expect(await nalu('fit', '--data', comment, '--target', 'y')).toEqual(refusal(/the\s+first\s+line\s+is\s+a\s+comment/));
    const wide = await file('wide.csv', 'x,y,\n1,2,\n2,3,\n3,4,\n4,5,\n');
    expect(await nalu('fit', '--data', wide, '--target', 'y')).toEqual(refusal(/remove\s+the\s+separator\s+at\s+the\s+end/));
  });

  test('a table with names in it: what to type', async () => {
    const path = await file('names.csv', 'who,x,y\np,1,2\nq,2,3\nr,3,4\ns,4,5\n');
    expect(await nalu('fit', '--data', path, '--target', 'y')).toEqual(refusal(/"who" holds text.*--ignore who/));
  });

  test('a number that single precision cannot hold: where it is', async () => {
    const path = await file('large.csv', 'x,y\n1,2\n2,1e300\n3,4\n4,5\n');
    expect(await nalu('fit', '--data', path, '--target', 'y', ...quick)).toEqual(
      refusal(/large\.csv, line 3, column "y": "1e300" is too large for single precision/),
    );
  });

  test('a damaged graph: what it should be', async () => {
    const path = await file('damaged.json', '{"version": 1');
    const says = /damaged\.json: this is no graph that Nalu can read .* Save one with JSON\.stringify/;
    expect(await nalu('backends', '--fastest', path)).toEqual(refusal(says));
  });

  test('a misspelled column: the nearest one', async () => {
    expect(await nalu('fit', '--data', 'planets', '--target', 'perod')).toEqual(refusal(/did you mean "period"/));
  });

  test('--verbose and DEBUG add the stack', async () => {
    expect((await nalu('fit', 'zzz', '--verbose')).stderr).toMatch(/^\s+at /m);
    expect((await start(['fit', 'zzz'], { DEBUG: '1' }).ended).stderr).toMatch(/^\s+at /m);
  });
});

describe('backends', () => {
  test('as JSON', async () => {
    // Graphics drivers write on stderr what they like.
    const { code, stdout } = await nalu('backends', '--json');
    const list = JSON.parse(stdout) as {
      name: string;
      available: boolean;
      reason: string | null;
      info: { name: string } | null;
    }[];
    expect(code).toBe(0);
    expect(list.map(({ name }) => name)).toEqual([
      'js',
      'tfjs-wasm',
      'tfjs-webgpu',
      ...['webgpu', 'webgl2', 'webgl', 'webasm', 'cpu'].map((mode) => `gpujs:${mode}`),
    ]);
    for (const { name, available, reason, info } of list) {
      expect(available ? info!.name : reason).toBeTruthy();
      if (available) expect(info!.name).toBe(name.split(':')[0]);
    }
    expect(list[0]).toMatchObject({ name: 'js', available: true, reason: null });
  });

  test('as a table', async () => {
    const { code, stdout } = await nalu('backends', '--backend', 'js');
    expect(code).toBe(0);
    expect(stdout).toMatch(/js\s+yes\s+@nalu\/backend-js/);
    expect(stdout).not.toContain('tfjs-wasm');
  });

  test('the fastest for training steps of a model, as JSON', async () => {
    const { code, stdout } = await nalu('backends', '--backend', 'js,tfjs-wasm', '--fastest', 'nac', '--batch', '8', '--json');
    const list = JSON.parse(stdout) as { name: string; status: string; microseconds: { median: number } }[];
    expect(code).toBe(0);
    expect(list.map(({ name }) => name)).toEqual(['js', 'tfjs-wasm']);
    expect(list.map(({ status }) => status.replace('tied', 'slower')).sort()).toEqual(['chosen', 'slower']);
    for (const { microseconds } of list) expect(microseconds.median).toBeGreaterThan(0);
  });

  test('the fastest for a graph, as a table', async () => {
    const graph = trace([{ name: 'x', shape: [3] }], (x) => [x!.exp().sum()]);
    const path = await file('graph.json', JSON.stringify(graph));
    const { code, stdout } = await nalu('backends', '--backend', 'js', '--fastest', path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Measured: a run of the graph\./);
    expect(stdout).toMatch(/js\s+fastest\s+[\d.,]+ ± [\d.,]+/);
  });
});

test('bench: every column of a workload, as one JSON document', async () => {
  const { code, stdout } = await nalu('bench', '--quick', '--backend', 'js', '--workload', 'nalu-2-1-b128', '--json');
  const { host, records } = JSON.parse(stdout) as {
    host: object;
    records: { column: string; status: string; medianMicroseconds: number }[];
  };
  expect(code).toBe(0);
  expect(host).toHaveProperty('cpu');
  expect(records.map(({ column, status }) => [column, status])).toEqual(
    ['plain-loop', 'tfjs-autodiff', 'tfjs-tuned', 'js'].map((name) => [name, 'ok']),
  );
  for (const { medianMicroseconds } of records) expect(medianMicroseconds).toBeGreaterThan(0);
});

test('conformance: one JSON document, nothing failed', async () => {
  const { code, stdout } = await nalu('conformance', '--json');
  const report = JSON.parse(stdout) as {
    backend: string;
    passed: number;
    failed: number;
    deviations: unknown[];
    ops: { op: string; cases: number }[];
  };
  expect(code).toBe(0);
  expect(report).toMatchObject({ backend: 'js', failed: 0 });
  expect(report.passed).toBeGreaterThan(100);
  expect(report.ops.find(({ op }) => op === 'tanh')!.cases).toBeGreaterThan(0);
});

describe('fit', () => {
  interface Document {
    function: string;
    interrupted: boolean;
    saved: string | null;
    runs: {
      model: string;
      backend: string;
      seeds: number;
      steps: number;
      interpolation: { mse: number };
      extrapolation: { mse: number; relative: number };
      formula: string | null;
      microsecondsPerStep: number;
      peakBytes: number;
    }[];
  }

  test('prints exactly one JSON document on stdout', async () => {
    const { code, stdout } = await nalu('fit', 'a+b', ...quick, '--json');
    const document = JSON.parse(stdout) as Document;
    expect(code).toBe(0);
    expect(document).toMatchObject({ function: 'a+b', interrupted: false, saved: null });
    expect(document.runs).toHaveLength(1);
    const run = document.runs[0]!;
    expect(run).toMatchObject({ model: 'nac', backend: 'js', seeds: 4, steps: 200 });
    for (const value of [
      run.interpolation.mse,
      run.extrapolation.mse,
      run.extrapolation.relative,
      run.microsecondsPerStep,
      run.peakBytes,
    ])
      expect(value).toBeGreaterThan(0);
    expect(typeof run.formula).toBe('string');
  });

  test('learns a sum, and the extrapolation and formula show it', async () => {
    const { stdout } = await nalu(
      'fit',
      'a + b',
      '--backend',
      'js',
      '--model',
      'nac',
      '--seeds',
      '4',
      '--steps',
      '1500',
      '--json',
    );
    const run = (JSON.parse(stdout) as Document).runs[0]!;
    expect(run.extrapolation.relative).toBeLessThan(1e-3);
    expect(run.formula).toMatch(/a \+ b/);
  });

  test('a pipe gets a table without escape codes, unless FORCE_COLOR asks for them', async () => {
    const plain = await nalu('fit', 'a-b', ...quick);
    expect(plain.code).toBe(0);
    expect(plain.stdout).toMatch(/NAC/);
    expect(coloured(plain.stdout + plain.stderr)).toBe(false);
    expect(coloured((await start(['fit', 'a-b', ...quick], { FORCE_COLOR: '1' }).ended).stdout)).toBe(true);
    const forbidden = await start(['fit', 'a-b', ...quick], { FORCE_COLOR: '1', NO_COLOR: '1' }).ended;
    expect(coloured(forbidden.stdout + forbidden.stderr)).toBe(false);
  });

  test('a law with a constant and negative inputs: what won, what was noticed, and few seeds for the ordinary networks', async () => {
    const lines = Array.from({ length: 24 }, (_, i) => `${i % 2 === 0 ? i + 1 : -i - 1},${3 * (i + 1) ** 2}`);
    const path = await file('signs.csv', `x,y\n${lines.join('\n')}\n`);
    const args = ['fit', '--data', path, '--target', 'y', '--backend', 'js', '--seeds', '6', '--steps', '400'];
    const [table, json] = await Promise.all([nalu(...args), nalu(...args, '--json')]);
    expect(table.stdout).toMatch(/power law \*/);
    expect(table.stdout).toMatch(/note: "x" has negative values/);
    expect(table.stdout).toMatch(/Weights of power law on js, seed [1-6] of 6/);
    expect(table.stdout.match(/Weights/g)).toHaveLength(1);
    expect(table.stdout.trimEnd().split('\n').at(-1)).toMatch(/^\* Best: power law on js: (≈ )?3·x² \(.*% off far outside\)$/);
    const document = JSON.parse(json.stdout) as Document;
    expect(document).toMatchObject({ best: { model: 'power-law', backend: 'js' }, notes: [expect.stringContaining('"x"')] });
    expect(document.runs.map(({ model, seeds }) => [model, seeds])).toEqual([
      ...['nac', 'nac-mul', 'nac-mul-2', 'nalu', 'nalu-2', 'power-law'].map((model) => [model, 6]),
      ['relu', 4],
      ['tanh', 4],
    ]);
    expect(document.runs.at(-1)).toMatchObject({ formula: null, noFormula: 'an ordinary network has no formula' });
  });

  test('a table of measurements, with the best model saved', async () => {
    const path = await file('line.csv', `x,y\n${Array.from({ length: 12 }, (_, i) => `${i + 1},${i + 1}`).join('\n')}\n`);
    const saved = join(folder, 'line.safetensors');
    const { code, stdout, stderr } = await nalu('fit', '--data', path, '--target', 'y', ...quick, '--save', saved, '--json');
    expect([code, (JSON.parse(stdout) as Document).saved]).toEqual([0, saved]);
    expect(stderr).toContain(`to ${saved}`);
    // safetensors: eight bytes of header length, then a JSON header of that length.
    const bytes = await readFile(saved);
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString()) as Record<string, unknown>;
    expect(Object.keys(header).some((name) => name.includes('wHat'))).toBe(true);
  });

  test('a model that cannot be saved: the result is reported all the same, with exit code 1', async () => {
    const unwritable = join(folder, 'x'.repeat(300));
    const { code, stdout, stderr } = await nalu('fit', 'a+b', ...quick, '--save', unwritable, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout) as Document).toMatchObject({ saved: null, runs: [{ model: 'nac' }] });
    expect(stderr).toMatch(/error: --save .*: the model could not be written/);
    expect(stderr).not.toContain('bug');
  });

  test('the same seed gives the same result', async () => {
    const [one, two] = await Promise.all([nalu('fit', 'a*b', ...quick, '--json'), nalu('fit', 'a*b', ...quick, '--json')]);
    const errors = (text: string): unknown =>
      (JSON.parse(text) as Document).runs.map(({ interpolation, extrapolation, formula }) => [
        interpolation,
        extrapolation,
        formula,
      ]);
    expect(errors(one.stdout)).toEqual(errors(two.stdout));
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s in the middle of training: exit code 130, the best state so far is reported and saved',
    async (signal) => {
      const saved = join(folder, 'interrupted.safetensors');
      const args = ['--backend', 'js', '--model', 'nac-mul-2', '--seeds', '4', '--steps', '10000000', '--save', saved, '--json'];
      const run = start(['fit', '--data', 'planets', ...args]);
      // The source is named just before training begins.
      await new Promise<void>((resolve) =>
        run.process.stderr!.on('data', (text: string) => text.includes('Source:') && resolve()),
      );
      await new Promise((resolve) => setTimeout(resolve, 1500));
      run.process.kill(signal);
      const { code, stdout, stderr } = await run.ended;
      const document = JSON.parse(stdout) as Document;
      expect(code).toBe(130);
      expect(document).toMatchObject({ interrupted: true, saved });
      expect(document.runs[0]!.steps).toBeGreaterThan(0);
      expect(document.runs[0]!.steps).toBeLessThan(10_000_000);
      expect(stderr).toMatch(/best state/);
      expect((await readFile(saved)).length).toBeGreaterThan(8);
    },
  );
});
