import { expect, test, vi } from 'vitest';
import { conformance, type Report, type Vitest, type VitestOptions } from '@nalu/conformance';
import { unary, withKernels } from './broken.ts';

interface Registered {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** Takes what the driver registers, and runs it by hand: a failing suite must not fail this one. */
const register = (
  options: VitestOptions,
): { readonly tests: readonly Registered[]; readonly before: () => Promise<void>; readonly after: () => Promise<void> } => {
  const tests: Registered[] = [];
  let before = async (): Promise<void> => {};
  let after = async (): Promise<void> => {};
  const recorder = {
    describe: (_: string, body: () => void) => body(),
    test: (name: string, run: Registered['run']) => tests.push({ name, run }),
    beforeAll: (hook: () => Promise<void>) => (before = hook),
    afterAll: (hook: () => Promise<void>) => (after = hook),
    expect,
  };
  conformance(recorder as unknown as Vitest, options);
  return { tests, before: () => before(), after: () => after() };
};

test('registers one test per check, of which those of a broken op fail', async () => {
  const report = vi.fn<(report: Report) => void>();
  const { tests, before, after } = register({
    name: 'broken',
    create: async () => withKernels({ neg: unary((x) => 0 - x), sign: unary((x) => Math.abs(Math.sign(x))) }),
    deviations: [{ op: 'neg', case: 'signed zeros', reason: 'no negative zero', link: 'https://example.org/issues/1' }],
    onReport: report,
  });
  await before();
  const failed: string[] = [];
  for (const { name, run } of tests.filter((each) => /^(neg|sign|abs|deviations): /.test(each.name))) {
    try {
      await run();
    } catch (error) {
      failed.push(`${name} | ${(error as Error).message}`);
    }
  }
  await after();
  expect(tests.map(({ name }) => name)).toContain('neg: signed zeros (expected to fail: no negative zero)');
  expect(failed.map((each) => each.split(' | ')[0])).toEqual([
    'sign: special values',
    'sign: signed zeros',
    'sign: random values',
    'sign: shapes',
  ]);
  expect(failed[0]).toMatch(/sign\(-.*\) = 1, but should be -1/);
  expect(report).toHaveBeenCalledOnce();
  expect(report.mock.calls[0]![0]).toMatchObject({ backend: 'broken', tier: 'smoke', failed: 4, deviations: [{ op: 'neg' }] });
});

test('complains about a deviation that names no check', () => {
  const { tests } = register({
    name: 'x',
    create: async () => withKernels({}),
    deviations: [{ op: 'neg', case: 'sinned zeros', reason: 'r', link: 'l' }],
  });
  expect(() => tests.find(({ name }) => name === 'deviations: known names')!.run()).toThrow('neg: signed zeros');
});
