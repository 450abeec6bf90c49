import { beforeAll, expect, test, vi } from 'vitest';
import { build, nalu, start } from './nalu.ts';

// Every test starts processes; how long that takes says nothing about them.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(() => build(), 120_000);

const quick = ['fit', 'a*b', '--backend', 'js', '--model', 'nalu', '--seeds', '5', '--steps', '300', '--json'];

/** What was learned, without how long it took and how much memory it needed. */
const learned = (json: string): object => {
  const { runs } = JSON.parse(json) as { runs: Record<string, unknown>[] };
  return runs.map(({ milliseconds, microsecondsPerStep, peakBytes, ...rest }) => {
    for (const number of [milliseconds, microsecondsPerStep, peakBytes]) expect(number).toBeTypeOf('number');
    return rest;
  });
};

test('fit --workers learns the same, and ends', async () => {
  const [alone, shared] = [await nalu(...quick), await nalu(...quick, '--workers', '2')];
  expect([shared.code, alone.code]).toEqual([0, 0]);
  expect(learned(shared.stdout)).toEqual(learned(alone.stdout));
});

test('fit --workers is interrupted by Ctrl-C, which leaves no worker behind', async () => {
  const many = ['--backend', 'js', '--model', 'nac-mul-2', '--seeds', '100', '--steps', '10000000', '--workers', '2', '--json'];
  const { process: child, ended } = start(['fit', '--data', 'planets', ...many]);
  // The source is named just before training begins.
  await new Promise<void>((resolve) => child.stderr!.on('data', (text: string) => text.includes('Source:') && resolve()));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ interrupted: true });
  expect(stderr).toContain('Stopping; the best state so far is kept.');
});

test('fit --workers refuses backends that do not compute on cores', async () => {
  const { code, stderr } = await nalu('fit', 'a*b', '--backend', 'gpujs:cpu', '--workers', '2');
  expect(code).toBe(2);
  expect(stderr).toMatch(/--workers: the backend "gpujs:cpu" does not compute on the cores.*js and tfjs-wasm/);
});
