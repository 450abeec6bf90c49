import { ArgumentError } from '@nalu/core';
import * as vitest from 'vitest';
import { expect, it } from 'vitest';
import { conformance, runConformance } from '../src/index.ts';

const create = (): never => expect.unreachable('A backend was created.');

it('a misspelt option is named before a backend is created', async () => {
  const options = { create, teir: 'certify' } as object as Parameters<typeof runConformance>[0];
  await expect(runConformance(options)).rejects.toThrow(
    'runConformance has no option "teir". Its options are create, deviations, tier, failNextStep, onProgress, signal.',
  );
  expect(() => conformance(vitest, { ...options, name: 'mine' })).toThrow('conformance has no option "teir"');
});

it('an unknown tier is refused before a backend is created', async () => {
  const running = runConformance({ create, tier: 'full' as 'smoke' });
  await expect(running).rejects.toThrow('tier must be "smoke" or "certify", but it is "full".');
  await expect(running).rejects.toBeInstanceOf(ArgumentError);
});
