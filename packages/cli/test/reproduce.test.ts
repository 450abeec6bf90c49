import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build, nalu, start } from './nalu.ts';

// Every test starts processes; how long that takes says nothing about them.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;

beforeAll(async () => {
  build();
  folder = await mkdtemp(join(tmpdir(), 'nalu-reproduce-'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);

/** NAC and NALU on the identity: a real experiment, and a fast one. */
const small = ['reproduce', 'identity', '--module', 'nac,nalu', '--runs', '4', '--scale', '0.05'];

interface Document {
  readonly experiment: string;
  readonly criterion: string;
  readonly shortened: string;
  readonly sharedBatches: boolean;
  readonly missing: number;
  readonly rows: readonly Record<string, unknown>[];
}

const timeless = ({ rows }: Document) => rows.map((row) => ({ ...row, milliseconds: 0, processorMilliseconds: 0 }));

const readDocument = async (out: string): Promise<Document> =>
  JSON.parse(await readFile(join(out, 'identity/identity.json'), 'utf8')) as Document;

describe('results', () => {
  test('JSON on stdout alone, in the promised shape; Markdown and SVG beside it', async () => {
    const out = place('shape');
    const { code, stdout, stderr } = await nalu(...small, '--out', out, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const document = JSON.parse(stdout) as Document;
    expect(document).toMatchObject({ experiment: 'identity', missing: 0 });
    expect(document.criterion).toContain('mean absolute error');
    expect(document.shortened).toContain('not the protocol: 4 runs per cell, 5 % of the steps');
    expect(document.rows.map(({ module, test: name }) => `${String(module)} ${String(name)}`)).toEqual(
      ['nac', 'nalu'].flatMap((module) => ['inside', 'over [-20,20]', 'at ±20'].map((name) => `${module} ${name}`)),
    );
    for (const row of document.rows)
      for (const key of [
        'module',
        'operation',
        'range',
        'runs',
        'successes',
        'successRate',
        'interval',
        'solvedAt',
        'sparsityError',
        'published',
        'certainty',
      ])
        expect(Object.keys(row)).toContain(key);
    // Training helps, so that these are no numbers of untrained networks.
    for (const row of document.rows) expect(row['score'] as number).toBeLessThan(row['untrainedError'] as number);
    expect(await readDocument(out)).toEqual(document);
    const page = await readFile(join(out, 'identity/identity.md'), 'utf8');
    expect(page).toContain('# identity: ');
    expect(page).toContain(
      '(2 of 18 cells: module nac, nalu; setting one layer; shortened, not the protocol: 4 runs per cell, 5 % of the steps)',
    );
    expect(page).toMatch(/\| nac \| .*\n/);
    expect(page).toContain('reproduce identity --module "nac" --module "nalu" --runs 4 --scale 0.05 --seed 0 --backend js');
    const svg = await readFile(join(out, 'identity/identity.svg'), 'utf8');
    const { document: parsed } = parseHTML(svg);
    expect(parsed.querySelector('title')!.textContent).toContain('identity: ');
    const lines = [...parsed.querySelectorAll('[aria-label="line"] path')];
    expect(lines.length).toBe(2);
    for (const line of lines) expect(line.getAttribute('d')!).toMatch(/^M[\d.,L-]+$/);
    expect([...parsed.querySelectorAll('[aria-label="text"] text')].map(({ textContent }) => textContent)).toEqual([
      'nac',
      'nalu',
    ]);
  });

  test('a table for people, with criterion and certainty', async () => {
    const { code, stdout, stderr } = await nalu(
      ...['reproduce', 'identity', '--quick', '--module', 'elu', '--runs', '2', '--scale', '0.01', '--out', place('table')],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('quick look, not the protocol');
    expect(stdout).toMatch(/identity {3}elu .* at ±20 .*~0\.45 figure/);
    expect(stdout).toContain('Criterion: ');
    expect(stdout).toContain("Published, figure: read off the authors' figure.");
  });

  test('any number of workers gives the same to the bit', async () => {
    const [alone, shared] = [place('alone'), place('shared')];
    expect((await nalu(...small, '--out', alone)).code).toBe(0);
    expect((await nalu(...small, '--out', shared, '--workers', '3')).code).toBe(0);
    expect(timeless(await readDocument(shared))).toEqual(timeless(await readDocument(alone)));
  });

  test('with shared batches the first run is what it is alone, the title says so, and a folder has one kind', async () => {
    const sums = [
      'reproduce',
      'smat',
      '--module',
      'nau',
      '--operation',
      '+',
      '--setting',
      '2 inputs',
      '--scale',
      '0.01',
      '--json',
    ];
    const run = async (out: string, ...more: readonly string[]): Promise<Document> => {
      const { code, stdout } = await nalu(...sums, '--range', 'U[1,2) → U[2,6)', '--out', place(out), ...more);
      expect(code).toBe(0);
      return JSON.parse(stdout) as Document;
    };
    const [own, shared] = [await run('own', '--runs', '1'), await run('one', '--runs', '1', '--shared-batches')];
    expect(timeless(shared)).toEqual(timeless(own));
    expect([own, shared].map(({ sharedBatches }) => sharedBatches)).toEqual([false, true]);
    const three = await run('three', '--runs', '3', '--shared-batches');
    const separate = await run('separate', '--runs', '3');
    expect(timeless(three)).not.toEqual(timeless(separate));
    const page = await readFile(join(place('three'), 'smat/smat.md'), 'utf8');
    expect(page).toMatch(/^# smat: .*the runs of a cell learn from the same batches\)$/m);
    expect(page).toContain('--scale 0.01 --shared-batches --seed 0');
    const refused = await nalu(...sums, '--range', 'U[1,2) → U[2,6)', '--out', place('three'), '--runs', '3');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('batches shared there, none now');
  });

  test('without a name: all experiments; with --list: protocol and cells', async () => {
    const all = await nalu('reproduce');
    expect(all.code).toBe(0);
    expect(all.stdout).toMatch(/^ {2}identity +18 /m);
    const cells = await nalu('reproduce', 'identity', '--list');
    expect(cells.stdout).toContain('RMSProp, learning rate 0.01');
    expect(cells.stdout).toMatch(/identity +selu .* 100 +10000/);
    const named = JSON.parse((await nalu('reproduce', '--json')).stdout) as { name: string; cells: number }[];
    expect(named.find(({ name }) => name === 'identity')).toMatchObject({ cells: 18 });
    const listed = JSON.parse((await nalu('reproduce', 'identity', '--list', '--json')).stdout) as { cells: unknown[] };
    expect(listed.cells).toContainEqual(expect.objectContaining({ module: 'selu', runs: 100, steps: 10_000 }));
  });
});

describe('what was stopped goes on', () => {
  /** The NALU takes seconds, so that it can be stopped. */
  const long = (out: string) => ['reproduce', 'identity', '--module', 'nac,nalu', '--runs', '40', '--scale', '0.9', '--out', out];

  /** Waits until the command has finished a cell, and is in the next. */
  const secondCell = async (out: string): Promise<void> => {
    const cells = join(out, 'identity/cells');
    for (;;) {
      if (existsSync(cells) && (await readdir(cells)).some((name) => name.endsWith('.json'))) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  };

  test('after SIGINT, to the very numbers of a run that was never stopped', async () => {
    const [out, whole] = [place('stopped'), place('whole')];
    const running = start(long(out));
    await secondCell(out);
    running.process.kill('SIGINT');
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('Stopping; what is done so far is kept.');
    expect(stopped.stderr).toMatch(/1 of 2 cells have no result yet\. The same command goes on/);
    expect((await readDocument(out)).missing).toBe(1);
    const kept = await readdir(join(out, 'identity/cells'));
    expect(kept.filter((name) => name.endsWith('.state')).length).toBe(1);

    const again = await nalu(...long(out));
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('1 of 2 cells are done already');
    expect((await nalu(...long(whole))).code).toBe(0);
    expect(timeless(await readDocument(out))).toEqual(timeless(await readDocument(whole)));
    expect((await readdir(join(out, 'identity/cells'))).filter((name) => name.endsWith('.state'))).toEqual([]);
  });

  test('after SIGINT when nobody reads any more, as with `2>&1 | tee log`', async () => {
    const out = place('tee');
    const running = start(long(out));
    await secondCell(out);
    running.process.stdout!.destroy();
    running.process.stderr!.destroy();
    running.process.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect((await readDocument(out)).missing).toBe(1);
    expect((await readdir(join(out, 'identity/cells'))).filter((name) => name.endsWith('.state')).length).toBe(1);
  });

  test('a kept file that holds something else is named', async () => {
    const out = place('other');
    expect((await nalu(...small, '--out', out)).code).toBe(0);
    const cells = join(out, 'identity/cells');
    const first = (await readdir(cells)).find((name) => name.endsWith('.json'));
    await writeFile(join(cells, first!), '{}');
    const damaged = await nalu(...small, '--out', out);
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toContain(`${first} is damaged (it has no "runs"). Delete it to make it again.`);
    await writeFile(join(out, 'identity/settings.json'), 'null');
    expect((await nalu(...small, '--out', out)).stderr).toContain('settings.json is damaged');
  });

  test('after a kill: finished cells are kept', async () => {
    const out = place('killed');
    const running = start(long(out));
    await secondCell(out);
    running.process.kill('SIGKILL');
    await running.ended;
    const again = await nalu(...long(out));
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('1 of 2 cells are done already');
  });

  test('other settings are refused, with the difference; --fresh starts over', async () => {
    const out = place('settings');
    expect((await nalu(...small, '--out', out)).code).toBe(0);
    const other = await nalu(...small, '--out', out, '--seed', '5');
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toMatch(/holds results with other settings: seed 0 there, 5 now\. .*--fresh/);
    expect((await nalu(...small, '--out', out, '--seed', '5', '--fresh')).code).toBe(0);
  });

  test('a damaged result, and a damaged state, say what to do', async () => {
    const out = place('damaged');
    expect((await nalu(...small, '--out', out)).code).toBe(0);
    const cells = join(out, 'identity/cells');
    const file = join(
      cells,
      (await readdir(cells)).find((name) => name.startsWith('identity-nac-'))!,
    );
    await writeFile(file, '{"runs":');
    const broken = await nalu(...small, '--out', out);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/identity-nac-.*\.json is damaged .*Delete it/);
    await rm(file);
    await writeFile(file.replace(/json$/, 'state'), 'no tensors');
    const state = await nalu(...small, '--out', out);
    expect(state.code).toBe(2);
    expect(state.stderr).toMatch(/identity-nac-.*\.state: .*Delete it to train this cell from the start/);
  });
});

describe('what cannot be understood', () => {
  test.each([
    ['an unknown experiment', ['identty'], /no experiment "identty"\. Did you mean "identity"/],
    ['an unknown module', ['identity', '--module', 'eluu'], /no module of "identity" "eluu"\. Did you mean "elu"/],
    ['no steps', ['identity', '--scale', '0'], /share above 0/],
    ['no runs', ['identity', '--runs', '0'], /from 1 to 10000/],
    ['restarts with nothing to choose by', ['identity', '--restarts', '2'], /no validation rows to choose by/],
    ['a place that is a file', ['identity', '--out', '/dev/null'], /--out: .*cannot be written/],
  ])('%s', async (_, args, says) => {
    const { code, stdout, stderr } = await nalu('reproduce', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});
