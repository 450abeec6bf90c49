import { checkOptionNames, type Backend } from '@nalu/core/backend';
import type * as vitestModule from 'vitest';
import { checkName } from '../check.ts';
import { deviationOf, problemsWith } from '../deviations.ts';
import { complaintAbout, reportOn, type Outcome, type Report } from '../report.ts';
import { checksOf } from '../suite.ts';
import { conformanceOptions, type ConformanceOptions } from './options.ts';
import { outcomeOf } from './outcome.ts';

/** What the suite needs of the `vitest` module. */
export type Vitest = Pick<typeof vitestModule, 'describe' | 'test' | 'beforeAll' | 'afterAll' | 'expect'>;

export interface VitestOptions extends ConformanceOptions {
  /** Name of the group of tests. */
  readonly name: string;
  /** Receives the report when all tests have run. */
  readonly onReport?: (report: Report) => void;
}

/** Only there to end a test that hangs. */
const TIMEOUT = 120_000;

/**
 * Registers the suite as Vitest tests, one per check: `import * as vitest from 'vitest'; conformance(vitest, { … })`.
 */
export const conformance = ({ describe, test, beforeAll, afterAll, expect }: Vitest, options: VitestOptions): void => {
  checkOptionNames('conformance', options, { ...conformanceOptions, name: true, onReport: true });
  const { name, create, deviations = [], tier = 'smoke', failNextStep, onReport } = options;
  const checks = checksOf(tier);
  const problems = problemsWith(deviations, checks);
  describe(`${name}: conformance (${tier})`, () => {
    const outcomes: Outcome[] = [];
    let backend: Backend | undefined;
    let started = 0;
    beforeAll(async () => {
      started = performance.now();
      backend = await create();
    }, TIMEOUT);
    afterAll(async () => {
      if (backend === undefined) return;
      const { info } = backend;
      await backend.dispose();
      onReport?.(reportOn(info, tier, outcomes, problems, performance.now() - started));
    }, TIMEOUT);
    test('deviations: known names', () => {
      if (problems.length > 0) expect.fail(problems.join('\n'));
    });
    for (const check of checks) {
      const deviation = deviationOf(check, deviations);
      const expected = deviation === undefined ? '' : ` (expected to fail: ${deviation.reason})`;
      test(
        `${checkName(check)}${expected}`,
        async () => {
          const outcome = await outcomeOf(check, { backend: backend!, create, tier, failNextStep }, deviations);
          outcomes.push(outcome);
          const complaint = complaintAbout(outcome);
          if (complaint !== undefined) expect.fail(complaint);
        },
        TIMEOUT,
      );
    }
  });
};
