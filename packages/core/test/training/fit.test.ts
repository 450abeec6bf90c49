import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Executable } from '../../src/backend.ts';
import type { Backend } from '../../src/index.ts';
import { defineModule } from '../../src/modules/contract.ts';
import { dense } from '../../src/modules/dense.ts';
import { nac } from '../../src/modules/nac.ts';
import { nacMul } from '../../src/modules/nacMul.ts';
import { constantInit } from '../../src/random/initialisers.ts';
import { clipByGlobalNorm } from '../../src/training/clipping.ts';
import { fit, type FitOptions } from '../../src/training/fit.ts';
import { createModel, loadModel } from '../../src/training/model.ts';
import type { Progress } from '../../src/training/progress.ts';
import { referenceBackend } from '../support.ts';

const x = Array.from({ length: 20 }, (_, i) => [1 + Math.abs(Math.sin(i)), 2 + Math.cos(3 * i)]);
const sum = x.map(([a, b]) => [a! + b!]);

let backend: Backend;

beforeEach(() => {
  backend = referenceBackend();
});

// Whatever a test did, nothing of it may stay on the device.
afterEach(() => {
  const { buffers } = backend.memory();
  if (buffers > 0) throw new Error(`${buffers} buffers were not freed.`);
});

const settings = (): FitOptions => ({
  module: nac({ inputs: 2 }),
  backend,
  population: 3,
  seed: 1,
  steps: 400,
  learningRate: 0.1,
  evaluateEvery: 64,
});

describe('fit', () => {
  test('learns to add, and extrapolates', async () => {
    const progress: Progress[] = [];
    const model = await fit(x, sum, { ...settings(), onProgress: (each) => progress.push(each) });
    const { data, shape } = await model.predict([
      [100, 200],
      [-5, 5],
    ]);
    expect(shape).toEqual([2, 1]);
    expect(Math.abs(data[0]! - 300)).toBeLessThan(10);
    expect(Math.abs(data[1]!)).toBeLessThan(0.5);
    expect(model.stopped).toBe('finished');
    expect(model.steps).toBe(400);
    expect(model.members.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(model.best.validationLoss).toBe(Math.min(...model.members.map(({ validationLoss }) => validationLoss)));
    expect(model.history.map(({ step }) => step)).toEqual([0, 64, 128, 192, 256, 320, 384]);
    expect(progress.at(-1)).toMatchObject({ step: 400, steps: 400, population: 3, active: 3, diverged: 0 });
    expect(model.peakBytes).toBeGreaterThan(0);
    expect(model.rows.validation.x.shape[0]).toBe(4);
    const formula = await model.formula(undefined, undefined, { inputNames: ['a', 'b'] });
    expect(formula.text).toContain('a + b');
    model.dispose();
    model.dispose();
    await expect(model.predict([[1, 2]])).rejects.toThrow('This model was disposed');
  });

  test('the same seed gives the same model, another seed another', async () => {
    const losses = async (seed: number): Promise<readonly number[]> => {
      const model = await fit(x, sum, { ...settings(), seed, steps: 20, batch: 5 });
      return model.members.map(({ validationLoss }) => validationLoss);
    };
    const first = await losses(1);
    expect(await losses(1)).toEqual(first);
    expect(await losses(2)).not.toEqual(first);
  });

  test('an interrupt gives the best so far', async () => {
    const controller = new AbortController();
    const model = await fit(x, sum, {
      ...settings(),
      steps: 1_000_000,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step >= 10) controller.abort();
      },
    });
    expect(model.stopped).toBe('aborted');
    expect(model.steps).toBeLessThan(1_000_000);
    expect(model.best.bestStep).toBeLessThanOrEqual(model.steps);
    expect(Number.isFinite((await model.predict([[1, 2]])).data[0])).toBe(true);
    model.dispose();
  });

  test('an interrupt before the first step gives the initial values', async () => {
    const model = await fit(x, sum, { ...settings(), signal: AbortSignal.abort() });
    expect([model.stopped, model.steps, model.best.bestStep]).toEqual(['aborted', 0, 0]);
  });

  test('stops early when no member improves', async () => {
    const stuck = defineModule({
      name: 'stuck',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: { w: { shape: [2, 1], init: constantInit(0) } },
      apply: ({ w }, rows) => rows.matmul(w.stopGradient()),
    });
    const model = await fit(x, sum, { ...settings(), module: stuck, patience: 3, evaluateEvery: 2, steps: 100_000 });
    expect([model.stopped, model.steps, model.best.bestStep]).toEqual(['early', 4, 0]);
    expect(model.history.map(({ step }) => step)).toEqual([0, 2, 4]);
  });

  test('goes on from a training state, bit for bit', async () => {
    const options = { ...settings(), batch: 4, evaluateEvery: 16 };
    const whole = await fit(x, sum, { ...options, steps: 50 });
    const interrupt = new AbortController();
    // After a number of calls and not of milliseconds: two evaluations, and calls of at most 16 steps each.
    let calls = 0;
    const interrupting: Backend = {
      ...options.backend,
      compile: async (...given) => {
        const executable = await options.backend.compile(...given);
        const run: Executable['run'] = (inputs) => {
          if (++calls === 4) interrupt.abort();
          return executable.run(inputs);
        };
        return { ...executable, run };
      },
    };
    const half = await fit(x, sum, { ...options, backend: interrupting, steps: 50, signal: interrupt.signal });
    expect([half.stopped, half.steps > 0, half.steps < 50]).toEqual(['aborted', true, true]);
    const resumed = await fit(x, sum, { ...options, steps: 50, resume: half.trainingState() });
    expect(resumed.trainingState()).toEqual(whole.trainingState());
    expect(resumed.history).toEqual(whole.history);
    await expect(fit(x, sum, { ...options, resume: half.trainingState().subarray(0, 200) })).rejects.toThrow(
      expect.objectContaining({ code: 'checkpoint' }) as Error,
    );
    await expect(fit(x, sum, { ...options, module: dense({ inputs: 2 }), resume: half.trainingState() })).rejects.toThrow(
      'belongs to another model',
    );
    await expect(fit(x, sum, { ...options, seed: 9, resume: half.trainingState() })).rejects.toThrow('saved with seed = 1');
    for (const [changed, message] of [
      [{ learningRate: 0.5 }, 'another training step'],
      [{ batch: 5 }, 'another training step'],
      [{ clipping: [clipByGlobalNorm(1)] }, 'another training step'],
      [{ steps: 60 }, 'another training step'],
      [{ learningRate: [0.1, 0.2, 0.3] }, 'another training step'],
    ] as const)
      await expect(fit(x, sum, { ...options, steps: 50, ...changed, resume: half.trainingState() })).rejects.toThrow(message);
    await expect(fit(x, sum, { ...options, steps: 50, evaluateEvery: 8, resume: half.trainingState() })).rejects.toThrow(
      'saved with evaluateEvery = 16, but this fit has evaluateEvery = 8',
    );
    const other = sum.map((row, i) => (i === 0 ? [row[0]! + 1] : row));
    await expect(fit(x, other, { ...options, steps: 50, resume: half.trainingState() })).rejects.toThrow('other data');
  });

  test('counts members that diverged and keeps what they had before', async () => {
    const model = await fit(x, sum, { ...settings(), module: dense({ inputs: 2 }), learningRate: [0.1, 1e38, 0.1], steps: 20 });
    expect(model.diverged).toBe(1);
    expect(model.members.map(({ diverged }) => diverged)).toEqual([false, true, false]);
    expect(model.members[1]).toMatchObject({ bestStep: 0 });
    expect(model.best.index).not.toBe(1);
  });

  test('says where it went wrong when no member ever had a finite loss', async () => {
    const exploding = defineModule({
      name: 'exploding',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: { w: { shape: [2, 1], init: constantInit(100) } },
      apply: ({ w }, rows) => rows.matmul(w).exp(),
    });
    await expect(fit(x, sum, { ...settings(), module: exploding, steps: 5 })).rejects.toThrow(
      /None of the 3 members ever had a finite validation loss\. In step 1 of member 0, exp in module "exploding" .* gave Infinity/,
    );
  });

  test('takes rows of its own for validation, or none', async () => {
    const own = await fit(x, sum, { ...settings(), steps: 2, validation: { x: [[1, 1]], y: [2] } });
    expect(own.rows.validation.x.shape).toEqual([1, 2]);
    expect(own.rows.training.x.shape).toEqual([20, 2]);
    const none = await fit([[1, 2]], [3], { ...settings(), steps: 2, validation: false });
    expect(none.rows.validation).toBe(none.rows.training);
    await expect(fit(x, sum, { ...settings(), validation: { x: [[1]], y: [2] } })).rejects.toThrow('x has shape [1, 1]');
    await expect(fit(x, sum, { ...settings(), validation: 1.5 })).rejects.toThrow('validation must be a share between 0 and 1');
  });

  test('says what is missing to somebody without types', async () => {
    const wrong = (options: object) => fit(x, sum, { ...settings(), ...options });
    await expect(wrong({ module: undefined })).rejects.toThrow('fit needs a module');
    await expect(wrong({ backend: Promise.resolve(backend) })).rejects.toThrow('without `await` it is a promise');
    await expect(wrong({ precision: 'f16' })).rejects.toThrow('not in f16');
    await expect(wrong({ validation: null })).rejects.toThrow('validation must be a share between 0 and 1');
    await expect(wrong({ validation: true })).rejects.toThrow('but it is true');
    await expect(wrong({ step: 10 })).rejects.toThrow('fit has no option "step". Its options are module, backend');
    await expect(wrong({ loss: 'mse' })).rejects.toThrow('loss must be a loss, such as `mse()`, but it is "mse"');
    await expect(wrong({ optimiser: 'adam' })).rejects.toThrow('optimiser must be an optimiser, such as `adam()`');
    await expect(wrong({ clipping: 5 })).rejects.toThrow('clipping must be a list, such as [clipByGlobalNorm(1)]');
  });

  test('names bad options and data', async () => {
    await expect(fit([[1, NaN]], [1], settings())).rejects.toThrow('x has NaN in row 0, column 1');
    await expect(fit(x, sum, { ...settings(), population: 0 })).rejects.toThrow(
      'population must be a whole number of at least 1, but it is 0',
    );
    await expect(fit(x, sum, { ...settings(), steps: 1.5 })).rejects.toThrow('steps must be a whole number');
    await expect(fit(x, sum, { ...settings(), steps: '10' as never })).rejects.toThrow('at least 0, but it is "10"');
    await expect(fit([['1', 2]] as never, [1], settings())).rejects.toThrow('position [0, 0], but found "1"');
    for (const seed of [-1, 2 ** 48])
      await expect(fit(x, sum, { ...settings(), seed })).rejects.toThrow('seed must be a whole number from 0 to 281474976710655');
    await expect(fit(x, sum, { ...settings(), population: 1e9 })).rejects.toThrow('population must be at most 16777216');
    await expect(fit(x, sum, { ...settings(), batch: 0 })).rejects.toThrow('batch must be a whole number of at least 1');
    await expect(fit(x, sum, { ...settings(), patience: -1 })).rejects.toThrow('patience must be at least 1 step, but it is -1');
    for (const learningRate of [NaN, -0.1, Infinity, [0.1, 0.1, NaN]])
      await expect(fit(x, sum, { ...settings(), learningRate })).rejects.toThrow('learningRate must be a number of at least 0');
    await expect(fit(x, sum, { ...settings(), learningRate: [1, 2] })).rejects.toThrow(
      'learningRate has 2 values, but the population has 3 members',
    );
  });
});

describe('a model', () => {
  const parameters = new Map([
    ['wHat', { shape: [2, 1], data: Float64Array.of(1, 2) }],
    ['mHat', { shape: [2, 1], data: Float64Array.of(1, 2) }],
  ]);

  test('is disposed of after a failure, and tries again what failed', async () => {
    let failures = 1;
    const unsteady: Backend = {
      ...backend,
      compile: (...given) => (failures-- > 0 ? Promise.reject(new Error('not now')) : backend.compile(...given)),
    };
    const model = createModel({ module: nac({ inputs: 2 }), backend: unsteady, parameters });
    await expect(model.predict([[1, 2]])).rejects.toThrow('not now');
    expect((await model.predict([[1, 2]])).data.length).toBe(1);
    model.dispose();
    failures = 1;
    const broken = createModel({ module: nac({ inputs: 2 }), backend: unsteady, parameters });
    await expect(broken.predict([[1, 2]])).rejects.toThrow('not now');
    // A rejection that nobody handles would fail this test.
    broken.dispose();
    await new Promise((resolve) => setTimeout(resolve));
  });

  test('leaves nothing behind when it is disposed of during its first prediction', async () => {
    const model = createModel({ module: nac({ inputs: 2 }), backend, parameters });
    const prediction = model.predict([[1, 2]]);
    model.dispose();
    await expect(prediction).rejects.toThrow('This model was disposed');
    expect(backend.memory().buffers).toBe(0);
  });

  test('is saved, loaded and predicts the same bits, in blocks of any size', async () => {
    const model = await fit(x, sum, { ...settings(), module: nacMul({ inputs: 2 }), steps: 5, precision: 'f64' });
    const loaded = loadModel(model.save(), { module: nacMul({ inputs: 2 }), backend });
    expect(loaded.metadata).toMatchObject({ seed: 1, member: model.best.index, step: model.best.bestStep });
    const rows = Array.from({ length: 1030 }, (_, i) => [1 + (i % 7), 2 + (i % 5)]);
    const [all, again] = [await model.predict(rows), await loaded.predict(rows)];
    expect(again).toEqual(all);
    for (const row of [0, 3, 1029]) expect((await model.predict([rows[row]!])).data[0]).toBe(all.data[row]);
    model.dispose();
    loaded.dispose();
  });

  test('refuses a file of another module and parameters that are missing', async () => {
    const model = await fit(x, sum, { ...settings(), steps: 1 });
    expect(() => loadModel(model.save(), { module: nacMul({ inputs: 2 }), backend })).toThrow('belongs to another model');
    expect(() => loadModel(model.save(), { module: nac({ inputs: 2 }) } as never)).toThrow('loadModel needs a backend');
    expect(() => loadModel(model.save().buffer as never, { module: nac({ inputs: 2 }), backend })).toThrow(
      'new Uint8Array(buffer)',
    );
    expect(() => createModel({ module: dense({ inputs: 2 }), backend, parameters: model.parameters })).toThrow(
      '"weight" [2, 1] is missing',
    );
  });

  test('refuses rows that do not fit', async () => {
    const model = await fit(x, sum, { ...settings(), steps: 1 });
    await expect(model.predict([[1, 2, 3]])).rejects.toThrow('x has shape [1, 3], but the module has 2 inputs');
    await expect(model.predict([[1, Infinity]])).rejects.toThrow('x has Infinity in row 0, column 1');
    await expect(model.predict([])).rejects.toThrow('x is empty');
  });
});
