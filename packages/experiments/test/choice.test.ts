import { createBackend } from '@nalu/backend-js';
import { expect, test } from 'vitest';
import { bestFit, fitModel, functions, meanSquaredError, models, taskProblem, type Fitted } from '../src/index.ts';

test('the choice between members and between models is made by validation rows, never by what is far outside', async () => {
  const backend = await createBackend();
  const problem = taskProblem(
    functions.find(({ name }) => name === 'a+b')!,
    1,
  );
  const nac = models.find(({ name }) => name === 'nac')!;
  const { run, model } = await fitModel(problem, nac, backend, { seeds: 4, steps: 50, seed: 1 });
  const { x, y, rows, columns } = problem.validation;
  const { data } = await model!.predict({ data: x, shape: [rows, columns] });
  expect(run.validation.mse).toBeCloseTo(meanSquaredError(data, y), 5);
  expect(run.validation.mse).not.toBeCloseTo(run.interpolation.mse, 5);
  const judged = (inside: number, outside: number): Fitted => {
    const elsewhere = { mse: outside, relative: outside };
    return { model, run: { ...run, validation: { mse: inside }, interpolation: elsewhere, extrapolation: elsewhere } };
  };
  const [good, lucky] = [judged(1, 100), judged(2, 1)];
  expect(bestFit([good, lucky])).toBe(good);
  expect(bestFit([lucky, good])).toBe(good);
  model!.dispose();
  expect(backend.memory().buffers).toBe(0);
});

test('a model with a formula is preferred when its error is at most twice as large, and not beyond', () => {
  const of = (mse: number, formula: string | null): Fitted =>
    ({ run: { validation: { mse }, formula }, model: undefined }) as unknown as Fitted;
  const opaque = of(1, null);
  const near = of(3.9, 'a*b');
  expect(bestFit([opaque, near, of(3.95, 'a')])).toBe(near);
  expect(bestFit([opaque, of(4.1, 'a*b')])).toBe(opaque);
  expect(bestFit([of(0.5, 'a'), opaque])!.run.formula).toBe('a');
});
