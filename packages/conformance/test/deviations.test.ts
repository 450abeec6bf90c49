import { describe, expect, test } from 'vitest';
import { ArgumentError } from '@nalu/core';
import { runConformance, type Deviation } from '@nalu/conformance';
import { unary, withKernels } from './broken.ts';

const deviation: Deviation = {
  op: 'neg',
  case: 'signed zeros',
  reason: 'the device has no negative zero',
  link: 'https://example.org/issues/1',
};

const sound = async () => withKernels({});
const noNegativeZero = async () => withKernels({ neg: unary((x) => 0 - x) });

describe('deviations are strict expected failures', () => {
  test('a known failure is reported as a deviation, not as a failure', async () => {
    const report = await runConformance({ create: noNegativeZero, deviations: [deviation] });
    expect(report.failures).toEqual([]);
    expect(report.deviations).toEqual([{ ...deviation, message: expect.stringContaining('neg(0) = 0, but should be −0') }]);
  });

  test('an unexpected pass, an unknown name and a missing reason fail', async () => {
    const { failures, failed } = await runConformance({
      create: sound,
      deviations: [deviation, { ...deviation, op: 'tahn' }, { ...deviation, case: 'special values', reason: ' ' }, deviation],
    });
    const messages = failures.map(({ message }) => message);
    expect(messages).toContain(
      'The deviation "tahn: signed zeros" names no check of this suite. The nearest name is "tanh: signed zeros".',
    );
    expect(messages).toContain('The deviation "neg: special values" needs a reason and a link.');
    expect(messages).toContain('The deviation "neg: signed zeros" is listed twice.');
    expect(messages).toContain(
      'neg: signed zeros is listed as a deviation ("the device has no negative zero", https://example.org/issues/1), but it passes. Remove it from the list.',
    );
    // The last two complaints: both listed checks pass.
    expect(failed).toBe(5);
  });
});

describe('running without a test runner', () => {
  test('says how far it is, and stops when it is told to', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const running = runConformance({
      create: sound,
      signal: controller.signal,
      onProgress: ({ done, total, next }) => {
        seen.push(next);
        expect(done).toBe(seen.length - 1);
        expect(total).toBeGreaterThan(300);
        if (done === 3) controller.abort(new ArgumentError('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(seen).toHaveLength(4);
    expect(seen[0]).toBe('backend: info');
  });

  test('passes on the error of a backend that cannot be created', async () => {
    await expect(
      runConformance({
        create: async () => {
          throw new ArgumentError('no such device');
        },
      }),
    ).rejects.toThrow('no such device');
  });
});
