import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/index.ts';
import { defineModule } from '../../src/modules/contract.ts';
import { dense } from '../../src/modules/dense.ts';
import { freeze } from '../../src/modules/freeze.ts';
import { nac } from '../../src/modules/nac.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { sequential } from '../../src/modules/sequential.ts';
import { constantInit } from '../../src/random/initialisers.ts';
import { streamOf } from '../../src/random/stream.ts';
import { uniform } from '../../src/random/uniform.ts';
import { drawnRows, drawnTask, fullBatch, type Rows } from '../../src/training/batches.ts';
import { clipByGlobalNorm } from '../../src/training/clipping.ts';
import { mse } from '../../src/training/losses.ts';
import { adam, rmsProp, sgd } from '../../src/training/optimisers.ts';
import { l2 } from '../../src/training/regularisers.ts';
import { linearWarmUp } from '../../src/training/schedules.ts';
import type { Snapshot } from '../../src/training/snapshot.ts';
import type { Trainer, TrainerOptions } from '../../src/training/job.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { referenceBackend } from '../support.ts';

const backend = referenceBackend();

const ROWS = 6;
const x = Float64Array.from({ length: 2 * ROWS }, (_, i) => 1.5 + Math.sin(3 * i));
const productRows: Rows = {
  x: { shape: [ROWS, 2], data: x },
  y: { shape: [ROWS, 1], data: Float64Array.from({ length: ROWS }, (_, row) => x[2 * row]! * x[2 * row + 1]!) },
};

const base: TrainerOptions = {
  backend,
  module: nac({ inputs: 2 }),
  loss: mse(),
  optimiser: adam({ learningRate: 0.02 }),
  source: fullBatch(productRows),
  seed: 5,
};

const stateOf = async (trainer: Trainer): Promise<Map<string, readonly number[]>> =>
  new Map([...(await trainer.snapshot()).tensors].map(([name, { data }]) => [name, Array.from(data)]));

const using = async <T>(options: Partial<TrainerOptions>, work: (trainer: Trainer) => Promise<T>): Promise<T> => {
  const trainer = createTrainer({ ...base, ...options });
  try {
    return await work(trainer);
  } finally {
    trainer.dispose();
  }
};

const trained = (options: Partial<TrainerOptions>, steps: number): Promise<Map<string, readonly number[]>> =>
  using(options, async (trainer) => {
    await trainer.run(steps);
    return stateOf(trainer);
  });

/** Everything about one member of a population, in the form in which it has a population of its own. */
const memberOf = (state: Map<string, readonly number[]>, member: number, population: number): Map<string, readonly number[]> =>
  new Map(
    [...state].map(([name, values]) => {
      const size = values.length / population;
      return [name, name === 'history/step' ? values : values.slice(member * size, (member + 1) * size)];
    }),
  );

describe('one step', () => {
  const linear = dense({ inputs: 2, weightInit: constantInit(0.5), biasInit: constantInit(0) });

  test('is batch, loss, gradient, clipping, optimiser, worked out by hand', async () => {
    const state = await trained(
      {
        module: linear,
        precision: 'f64',
        optimiser: sgd({ learningRate: 0.1 }),
        schedule: linearWarmUp(2),
        clipping: [clipByGlobalNorm(1)],
        regularisers: [l2(0.01)],
      },
      1,
    );
    const residuals = Array.from(
      { length: ROWS },
      (_, row) => 0.5 * x[2 * row]! + 0.5 * x[2 * row + 1]! - productRows.y.data[row]!,
    );
    const slope = (values: (row: number) => number): number =>
      (2 / ROWS) * residuals.reduce((total, r, row) => total + r * values(row), 0);
    const raw = [slope((row) => x[2 * row]!) + 0.01, slope((row) => x[2 * row + 1]!) + 0.01, slope(() => 1)];
    const norm = Math.hypot(...raw);
    expect(norm).toBeGreaterThan(1);
    const [w0, w1] = state.get('parameter/weight')!;
    expect(w0).toBeCloseTo(0.5 - (0.1 * 0.5 * raw[0]!) / norm, 13);
    expect(w1).toBeCloseTo(0.5 - (0.1 * 0.5 * raw[1]!) / norm, 13);
    expect(state.get('parameter/bias')![0]).toBeCloseTo((-0.1 * 0.5 * raw[2]!) / norm, 13);
    expect(state.get('loss')![0]).toBeCloseTo(residuals.reduce((total, r) => total + r * r, 0) / ROWS, 13);
    expect(state.get('step')).toEqual([1]);
  });

  test('is number 1 for the optimiser: Adam moves every parameter by its rate, against the gradient', async () => {
    const options = { module: linear, precision: 'f64', optimiser: adam({ learningRate: 0.01, epsilon: 1e-300 }) } as const;
    const state = await trained(options, 1);
    for (const weight of state.get('parameter/weight')!) expect(Math.abs(weight - 0.5)).toBeCloseTo(0.01, 14);
    expect(Math.abs(state.get('parameter/bias')![0]!)).toBeCloseTo(0.01, 14);
  });

  test('does not let constraints change frozen parameters', async () => {
    const module = defineModule({
      name: 'halved',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: {
        w: { shape: [2, 1], init: constantInit(0.5) },
        fixed: { shape: [2, 1], init: constantInit(0.5), frozen: true },
      },
      apply: ({ w, fixed }, input) => input.matmul(w.add(fixed)),
      constrain: ({ w, fixed }) => ({ w: w.mul(0.5), fixed: fixed.mul(0.5) }),
    });
    const state = await trained({ module, precision: 'f64', optimiser: sgd({ learningRate: 0 }) }, 3);
    expect(state.get('parameter/w')).toEqual([0.0625, 0.0625]);
    expect(state.get('parameter/fixed')).toEqual([0.5, 0.5]);
  });

  test('leaves frozen parameters alone, applies constraints and penalties', async () => {
    const clamped = defineModule({
      name: 'clamped',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: { w: { shape: [2, 1], init: constantInit(0.5) }, pull: { shape: [], init: constantInit(1) } },
      apply: ({ w }, input) => input.matmul(w),
      constrain: ({ w, pull }) => ({ w: w.clamp(0.7, 0.8), pull }),
      penalty: ({ pull }) => pull.square(),
    });
    const state = await trained({ module: clamped, precision: 'f64', optimiser: sgd({ learningRate: 0.1 }) }, 5);
    expect(state.get('parameter/w')!.every((w) => w >= 0.7 && w <= 0.8)).toBe(true);
    expect(state.get('parameter/w')).toContain(0.7);
    expect(state.get('parameter/pull')![0]).toBeCloseTo(0.8 ** 5, 13);
    const stack = freeze(sequential(nac({ inputs: 2, outputs: 2 }), nac({ inputs: 2 })), (path) => path.startsWith('0/'));
    const [before, after] = [await trained({ module: stack }, 0), await trained({ module: stack }, 3)];
    for (const name of ['parameter/0/wHat', 'parameter/0/mHat']) expect(after.get(name)).toEqual(before.get(name));
    for (const name of ['parameter/1/wHat', 'parameter/1/mHat']) expect(after.get(name)).not.toEqual(before.get(name));
    expect([...after.keys()].filter((name) => name.startsWith('optimiser/'))).toEqual([
      'optimiser/mean/1/wHat',
      'optimiser/square/1/wHat',
      'optimiser/mean/1/mHat',
      'optimiser/square/1/mHat',
    ]);
    expect(() => createTrainer({ ...base, module: freeze(linear) })).toThrow('no parameters to train');
  });
});

describe('populations', () => {
  const sources = { 'all rows': fullBatch(productRows), 'drawn rows': drawnRows(productRows, 4) };

  test.each(Object.entries(sources))('%s: members are, bit for bit, what they are alone', async (_, source) => {
    const module = nalu({ inputs: 2 });
    const together = await trained({ module, source, population: 3 }, 4);
    for (const member of [0, 2]) {
      expect(memberOf(together, member, 3)).toEqual(await trained({ module, source, firstMember: member }, 4));
    }
  });

  test('settings may differ between members', async () => {
    const together = await trained({ population: 2, optimiser: rmsProp({ learningRate: [0.01, 0.1], decay: [0.9, 0.5] }) }, 5);
    const alone = await trained({ firstMember: 1, optimiser: rmsProp({ learningRate: [0.1], decay: [0.5] }) }, 5);
    expect(memberOf(together, 1, 2)).toEqual(alone);
    expect(() => createTrainer({ ...base, optimiser: adam({ learningRate: [1, 2, 3] }), population: 2 })).toThrow(
      'learningRate has 3 values, but the population has 2 members',
    );
  });

  test('members may have rows of their own', async () => {
    const both: Rows = {
      x: { shape: [2, ROWS, 2], data: Float64Array.from([...x, ...x.map((value) => value / 2)]) },
      y: {
        shape: [2, ROWS, 1],
        data: Float64Array.from([...productRows.y.data, ...productRows.y.data.map((value) => value / 4)]),
      },
    };
    const second: Rows = {
      x: { shape: [ROWS, 2], data: x.map((value) => value / 2) },
      y: { shape: [ROWS, 1], data: productRows.y.data.map((value) => value / 4) },
    };
    const together = await trained({ population: 2, source: fullBatch(both, true) }, 5);
    expect(memberOf(together, 1, 2)).toEqual(await trained({ firstMember: 1, source: fullBatch(second) }, 5));
  });

  test('a member that turns NaN changes no other', async () => {
    const linear = { module: dense({ inputs: 2 }), population: 3 };
    const sick = await trained({ ...linear, optimiser: adam({ learningRate: [0.02, 1e38, 0.02] }) }, 8);
    const healthy = await trained({ ...linear, optimiser: adam({ learningRate: [0.02, 0.02, 0.02] }) }, 8);
    expect(memberOf(sick, 1, 3).get('loss')!.every(Number.isFinite)).toBe(false);
    for (const member of [0, 2]) expect(memberOf(sick, member, 3)).toEqual(memberOf(healthy, member, 3));
  });
});

describe('batches', () => {
  test('rows are drawn by the host’s uniform numbers of the same key', async () => {
    const linear = dense({ inputs: 2, bias: false, weightInit: constantInit(0) });
    const state = await trained(
      {
        module: linear,
        source: drawnRows(productRows, 4),
        precision: 'f64',
        optimiser: sgd({ learningRate: 0.5 }),
        firstMember: 2,
      },
      1,
    );
    const rows = Array.from(uniform(base.seed, 2, streamOf('batch/0'), 0, 4), (u) => Math.floor(u * ROWS));
    const wanted = [0, 1].map(
      (column) => (0.5 * 2 * rows.reduce((total, row) => total + productRows.y.data[row]! * x[2 * row + column]!, 0)) / 4,
    );
    state.get('parameter/weight')!.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 12));
  });

  test('a task draws with the key of seed, member, stream and step', async () => {
    const linear = dense({ inputs: 1, bias: false, weightInit: constantInit(0) });
    const source = drawnTask((context) => {
      const drawn = context.uniform([3, 1], 77);
      return { x: drawn, y: drawn.mul(2) };
    });
    const losses = await using(
      { module: linear, source, precision: 'f64', optimiser: sgd({ learningRate: 0 }), firstMember: 4 },
      async (trainer) => {
        const seen: number[] = [];
        for (let step = 0; step < 3; step++) {
          await trainer.run(1);
          seen.push((await trainer.losses())[0]!);
        }
        return seen;
      },
    );
    losses.forEach((loss, step) => {
      const drawn = uniform(base.seed, 4, 77, step, 3);
      expect(loss).toBeCloseTo(drawn.reduce((total, u) => total + (2 * u) ** 2, 0) / 3, 12);
    });
  });

  test('two draws of one step share no numbers', async () => {
    const source = drawnTask(({ uniform: draw }) => {
      const [a, b] = [draw([64, 1]), draw([64, 1])];
      return { x: a, y: a.sub(b) };
    });
    const zero = dense({ inputs: 1, bias: false, weightInit: constantInit(0) });
    const state = await trained({ module: zero, source, optimiser: sgd({ learningRate: 0 }) }, 1);
    // The mean square of the difference of two independent uniform numbers is 1/6.
    expect(state.get('loss')![0]).toBeGreaterThan(0.08);
    expect(state.get('loss')![0]).toBeLessThan(0.25);
  });

  test('rows of weight 0 do not count', async () => {
    const masked: Rows = { ...productRows, weights: { shape: [ROWS], data: Float64Array.of(1, 1, 0, 1, 0, 0) } };
    const kept = [0, 1, 3];
    const small: Rows = {
      x: { shape: [3, 2], data: Float64Array.from(kept.flatMap((row) => [x[2 * row]!, x[2 * row + 1]!])) },
      y: { shape: [3, 1], data: Float64Array.from(kept, (row) => productRows.y.data[row]!) },
    };
    const [a, b] = [
      await trained({ source: fullBatch(masked), precision: 'f64' }, 4),
      await trained({ source: fullBatch(small), precision: 'f64' }, 4),
    ];
    a.get('parameter/wHat')!.forEach((value, i) => expect(value).toBeCloseTo(b.get('parameter/wHat')![i]!, 12));
  });
});

describe('batches that all members share', () => {
  const task = drawnTask(({ uniform: draw }) => {
    const drawn = draw([5, 2]).add(1);
    return { x: drawn, y: drawn.slice([0, 0], [5, 1]).mul(drawn.slice([0, 1], [5, 2])) };
  });
  const weighted: Rows = { ...productRows, weights: { shape: [ROWS], data: Float64Array.of(1, 2, 0, 1, 3, 1) } };
  const sources = { 'a task': task, 'drawn rows': drawnRows(productRows, 4), 'rows with weights': drawnRows(weighted, 4) };
  const module = nalu({ inputs: 2 });

  test.each(Object.entries(sources))('%s: those of member 0, for a population as for each alone', async (_, own) => {
    const source = { ...own, shared: true };
    const together = await trained({ module, source, population: 3 }, 20);
    expect(memberOf(together, 0, 3)).toEqual(await trained({ module, source: own }, 20));
    for (const member of [1, 2])
      expect(memberOf(together, member, 3)).toEqual(await trained({ module, source, firstMember: member }, 20));
    const separate = await trained({ module, source: own, population: 3 }, 20);
    expect(memberOf(together, 1, 3)).not.toEqual(memberOf(separate, 1, 3));
  });

  test('every loop length and every cut give the same bits, with settings per member and early stops', async () => {
    const options: Partial<TrainerOptions> = {
      module,
      source: { ...task, shared: true },
      optimiser: adam({ learningRate: [0.01, 2] }),
      population: 2,
      validation: productRows,
      patience: 2,
    };
    const whole = await using(options, async (trainer) => {
      await trainer.train({ steps: 40, evaluateEvery: 4 });
      return stateOf(trainer);
    });
    for (const chunkLengths of [[1], [3]]) {
      const saved = await using({ ...options, chunkLengths }, async (trainer) => {
        await trainer.train({ steps: 14, evaluateEvery: 4 });
        return trainer.snapshot();
      });
      await using({ ...options, chunkLengths }, async (trainer) => {
        trainer.restore(saved);
        await trainer.train({ steps: 40, evaluateEvery: 4 });
        expect(await stateOf(trainer)).toEqual(whole);
      });
    }
    const steps = whole.get('step')!;
    expect(Math.min(...steps)).toBeLessThan(Math.max(...steps));
  });

  test('a state with own batches is not one with shared ones', async () => {
    const saved = await using({ source: task }, (trainer) => trainer.snapshot());
    await using({ source: { ...task, shared: true } }, async (trainer) =>
      expect(() => trainer.restore(saved)).toThrow('the batch or the module differ'),
    );
  });

  test('loops of large batches are short, and nothing stays on the device', async () => {
    const own = referenceBackend();
    const source = drawnTask(({ uniform: draw }) => {
      const drawn = draw([1000, 50]);
      return { x: drawn, y: drawn.slice([0, 0], [1000, 1]) };
    });
    const large = { backend: own, module: dense({ inputs: 50 }), source: { ...source, shared: true }, chunkLengths: [3, 8] };
    await using(large, async (trainer) => {
      await trainer.run(3);
      const before = own.memory();
      await trainer.run(8);
      expect(own.memory()).toEqual(before);
      // 51,000 numbers a step: five fit into 2^18.
      expect(trainer.executables.map(({ steps }) => steps)).not.toContain(8);
    });
  });

  test('the first number that is not finite is found in the batch of its step', async () => {
    const sums = defineModule({
      name: 'sums',
      paper: 'none',
      inputs: 1,
      outputs: 1,
      params: { w: { shape: [1, 1], init: constantInit(1) } },
      apply: ({ w }, input) => input.sub(0.03).log().matmul(w),
    });
    const source = drawnTask(({ uniform: draw }) => ({ x: draw([1, 1], 7), y: draw([1, 1], 8) }));
    const bad = Array.from({ length: 100 }, (_, step) => step).find((step) => uniform(base.seed, 0, 7, step, 1)[0]! < 0.03)!;
    expect(bad).toBeGreaterThan(1);
    await using({ module: sums, source: { ...source, shared: true }, population: 2, firstMember: 3 }, async (trainer) => {
      await trainer.run(bad + 3);
      expect(await trainer.locateNonFinite()).toMatchObject({ op: 'log', scope: 'sums', member: 3, step: bad });
    });
  });

  test('members with rows of their own cannot share', () => {
    const rows: Rows = {
      x: { shape: [1, ROWS, 2], data: x },
      y: { shape: [1, ROWS, 1], data: productRows.y.data },
    };
    expect(() => createTrainer({ ...base, source: { ...fullBatch(rows, true), shared: true } })).toThrow('cannot share batches');
  });
});

describe('rows', () => {
  const tensor = (shape: readonly number[]) => ({
    shape,
    data: new Float64Array(shape.reduce((size, length) => size * length, 1)),
  });
  const rowsOf = (inputs: readonly number[], targets: readonly number[], weights?: readonly number[]): Rows => ({
    x: tensor(inputs),
    y: tensor(targets),
    ...(weights && { weights: tensor(weights) }),
  });

  test.each<[what: string, options: Partial<TrainerOptions>, message: string]>([
    [
      'fewer targets',
      { source: fullBatch(rowsOf([8, 2], [1, 1])) },
      'The training rows: y has shape [1, 1], but it needs a row for each row of x, [8, …]',
    ],
    ['fewer targets to draw from', { source: drawnRows(rowsOf([8, 2], [5, 1]), 4) }, 'y has shape [5, 1]'],
    [
      'other weights',
      { source: fullBatch(rowsOf([8, 2], [8, 1], [1])) },
      'weights has shape [1], but it needs a row for each row of x, [8]',
    ],
    ['flat targets', { source: fullBatch(rowsOf([8, 2], [8])) }, 'predictions of shape [8, 1] with targets of shape [8]'],
    ['more columns', { source: fullBatch(rowsOf([8, 2], [8, 3])) }, 'targets of shape [8, 3]: there must be one target for each'],
    ['validation', { validation: rowsOf([8, 2], [1, 1]) }, 'The validation rows: y has shape [1, 1]'],
    [
      'of members',
      { source: fullBatch(rowsOf([3, 8, 2], [3, 8, 1]), true), population: 2 },
      'x has shape [3, 8, 2], but it needs the rows of each of 2 members, [2, 8, …]',
    ],
    [
      'drawn weights',
      { source: drawnTask(({ uniform: draw }) => ({ x: draw([8, 2]), y: draw([8, 1]), weights: draw([1]) })) },
      'Row weights of shape [1] do not fit predictions of shape [8, 1]',
    ],
  ])('that do not belong together are refused: %s', (_, options, message) => {
    expect(() => createTrainer({ ...base, ...options })).toThrow(message);
  });
});

describe('loops', () => {
  test('every length gives the same bits', async () => {
    const source = drawnRows(productRows, 4);
    const wanted = await trained({ source, population: 2, chunkLengths: [1] }, 23);
    for (const chunkLengths of [[23], [5], [2, 7]])
      expect(await trained({ source, population: 2, chunkLengths }, 23)).toEqual(wanted);
    expect(await trained({ source, population: 2 }, 23)).toEqual(wanted);
  });

  test('nothing stays on the device, however long the training', async () => {
    const own = referenceBackend();
    const trainer = createTrainer({ ...base, backend: own, population: 2, validation: productRows });
    await trainer.train({ steps: 4, evaluateEvery: 2 });
    const before = own.memory();
    await trainer.train({ steps: 60, evaluateEvery: 2 });
    expect(own.memory()).toEqual(before);
    expect(trainer.peakBytes).toBeGreaterThanOrEqual(before.bytes);
    trainer.dispose();
    trainer.dispose();
    expect(own.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
    await expect(trainer.run(1)).rejects.toThrow('disposed');
  });

  test('a trainer ends after its backend', async () => {
    const own = referenceBackend();
    const trainer = createTrainer({ ...base, backend: own, population: 2, validation: productRows });
    await trainer.train({ steps: 4, evaluateEvery: 2 });
    await own.dispose();
    expect(() => trainer.dispose()).not.toThrow();
  });

  /** Fails in run number `failAt`, as a device does: later, when results are read. */
  const failing = (failAt: number): Backend => {
    const inner = referenceBackend();
    let runs = 0;
    const poisoned = new Set<object>();
    return {
      ...inner,
      compile: async (graph, options) => {
        const executable = await inner.compile(graph, options);
        return {
          ...executable,
          run: (inputs) => {
            const outputs = executable.run(inputs);
            if (++runs === failAt) outputs.forEach((output) => poisoned.add(output));
            return outputs;
          },
        };
      },
      read: async (...buffers) => {
        if (buffers.some((buffer) => poisoned.has(buffer))) throw new Error('the device went away');
        return inner.read(...buffers);
      },
    };
  };

  test('a call that fails leaves the last good state, and training can go on from it', async () => {
    const device = failing(3);
    await using({ backend: device, chunkLengths: [4] }, async (trainer) => {
      await trainer.run(4);
      await trainer.run(4);
      await expect(trainer.run(4)).rejects.toThrow('the device went away');
      expect(trainer.steps).toBe(8);
      expect(await stateOf(trainer)).toEqual(await trained({}, 8));
      await trainer.run(4);
      expect(await stateOf(trainer)).toEqual(await trained({}, 12));
    });
    expect(device.memory().buffers).toBe(0);
  });

  /** What another thread does, which is asked for four steps at a time; every reading ends when it is told to. */
  const elsewhere = (
    failAt: number,
  ): { readonly device: Backend; readonly readings: (() => void)[]; readonly runs: () => number } => {
    const inner = failing(failAt);
    const readings: (() => void)[] = [];
    let runs = 0;
    const device: Backend = {
      ...inner,
      info: { ...inner.info, threads: 2 },
      compile: async (graph, options) => {
        const executable = await inner.compile(graph, options);
        const run: typeof executable.run = (inputs) => {
          runs++;
          // Progress is told four times a second.
          const end = performance.now() + 260;
          while (performance.now() < end);
          return executable.run(inputs);
        };
        return { ...executable, run };
      },
      read: async (...buffers) => {
        const values = inner.read(...buffers);
        values.catch(() => {});
        await new Promise<void>((resolve) => readings.push(resolve));
        return values;
      },
    };
    return { device, readings, runs: () => runs };
  };

  const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

  test('other threads have more to do when they are waited for', async () => {
    const { device, readings, runs } = elsewhere(Infinity);
    await using({ backend: device, chunkLengths: [4] }, async (trainer) => {
      const told: number[] = [];
      const training = trainer.train({ steps: 16, onProgress: ({ step }) => told.push(step) });
      while (readings.length < 2) await nextTask();
      expect([runs(), told]).toEqual([2, []]);
      readings[0]!();
      while (readings.length < 3) await nextTask();
      expect([runs(), told]).toEqual([3, [4]]);
      const end = setInterval(() => readings.forEach((resolve) => resolve()));
      expect(await training).toBe('finished');
      expect(told).toEqual([4, 8, 12, 16]);
      expect(await stateOf(trainer)).toEqual(await trained({}, 16));
      clearInterval(end);
    });
    expect(device.memory().buffers).toBe(0);
  });

  test('a watcher that throws while more is under way takes nothing from the history, nor adds to another', async () => {
    const inner = referenceBackend();
    const device: Backend = { ...inner, info: { ...inner.info, threads: 2 } };
    const options = { backend: device, validation: productRows, chunkLengths: [4] };
    const steps = (trainer: Trainer): readonly number[] => trainer.history.map(({ step }) => step);
    await using(options, async (trainer) => {
      const begin = await trainer.snapshot();
      const watched = trainer.train({
        steps: 1e6,
        evaluateEvery: 4,
        onProgress: () => {
          throw new Error('a mistake of the caller’s');
        },
      });
      await expect(watched).rejects.toThrow('a mistake of the caller’s');
      const { tensors } = await trainer.snapshot();
      const all = Array.from({ length: trainer.steps / 4 + 1 }, (_, i) => 4 * i);
      expect([...tensors.get('history/step')!.data]).toEqual(all);
      await expect(
        trainer.train({
          steps: 2e6,
          evaluateEvery: 4,
          onProgress: () => {
            throw new Error('again');
          },
        }),
      ).rejects.toThrow('again');
      trainer.restore(begin);
      await trainer.train({ steps: 12, evaluateEvery: 4 });
      expect(steps(trainer)).toEqual([0, 4, 8, 12]);
    });
    expect(inner.memory().buffers).toBe(0);
  });

  test('a failure while more is under way leaves what came before it', async () => {
    const { device, readings } = elsewhere(2);
    const end = setInterval(() => readings.forEach((resolve) => resolve()));
    await using({ backend: device, chunkLengths: [4] }, async (trainer) => {
      await expect(trainer.train({ steps: 16 })).rejects.toThrow('the device went away');
      expect(trainer.steps).toBe(4);
      expect(await trainer.train({ steps: 8 })).toBe('finished');
      expect(await stateOf(trainer)).toEqual(await trained({}, 8));
    });
    expect(device.memory().buffers).toBe(0);
    clearInterval(end);
  });
});

describe('selection', () => {
  /** p moves by −0.5 a step, from 2: its distance to 0.6 is 1.4, 0.9, 0.4, 0.1, 0.6, … */
  const walker = defineModule({
    name: 'walker',
    paper: 'none',
    inputs: 1,
    outputs: 1,
    params: { p: { shape: [1, 1], init: constantInit(2) } },
    apply: ({ p }, input) => input.matmul(p),
  });
  const one = (y: number): Rows => ({
    x: { shape: [1, 1], data: Float64Array.of(1) },
    y: { shape: [1, 1], data: Float64Array.of(y) },
  });
  /** The derivative of (p − y)² towards a target far below is clipped to a sign by the optimiser below. */
  const walking: Partial<TrainerOptions> = {
    module: walker,
    source: fullBatch(one(-1e6)),
    optimiser: sgd({ learningRate: 0.5 }),
    clipping: [clipByGlobalNorm(1)],
    validation: one(0.6),
    precision: 'f64',
  };

  test('keeps the best parameters at multiples, also after later ones were worse', async () => {
    await using(walking, async (trainer) => {
      expect(await trainer.train({ steps: 6, evaluateEvery: 1 })).toBe('finished');
      const best = await trainer.select();
      expect(best.step[0]).toBe(3);
      expect(best.parameters.get('p')!.data[0]).toBeCloseTo(0.5, 12);
      expect(best.loss[0]).toBeCloseTo(0.01, 12);
      expect(trainer.history.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      trainer.history.forEach(({ validation }, step) => expect(validation[0]).toBeCloseTo((2 - 0.5 * step - 0.6) ** 2, 12));
    });
  });

  test('looks only at multiples while training, and at the end when asked', async () => {
    await using(walking, async (trainer) => {
      await trainer.train({ steps: 5, evaluateEvery: 4 });
      expect(trainer.history.map(({ step }) => step)).toEqual([0, 4]);
      expect((await trainer.select()).step[0]).toBe(4);
      await trainer.run(0);
      expect((await trainer.snapshot()).metadata['evaluated']).toBe(4);
    });
    await using(walking, async (trainer) => {
      await trainer.train({ steps: 3, evaluateEvery: 2 });
      expect((await trainer.select()).step[0]).toBe(3);
    });
  });

  test('members stop early, each for itself, and then keep their state', async () => {
    const rates = { optimiser: sgd({ learningRate: [0.5, 0.05] }), population: 2, patience: 2 };
    await using({ ...walking, ...rates }, async (trainer) => {
      expect(await trainer.train({ steps: 12, evaluateEvery: 1 })).toBe('finished');
      const { steps, step, parameters } = await trainer.select();
      expect([...steps]).toEqual([5, 12]);
      expect([...step]).toEqual([3, 12]);
      expect(parameters.get('p')!.data[1]).toBeCloseTo(2 - 12 * 0.05, 12);
    });
    await using({ ...walking, ...rates }, async (trainer) => {
      expect(await trainer.train({ steps: 1000, evaluateEvery: 1 })).toBe('early');
      expect([...(await trainer.select()).step]).toEqual([3, 28]);
      expect(trainer.history.at(-1)!.step).toBe(30);
      // However many steps had been started by the time that this was known.
      expect(trainer.steps).toBe(30);
      const { metadata, tensors } = await trainer.snapshot();
      expect([metadata['steps'], metadata['evaluated']]).toEqual([30, 30]);
      expect([...tensors.get('waited')!.data]).toEqual([2, 2]);
    });
  });

  test('an interrupt ends training at a call’s end with the best so far', async () => {
    const controller = new AbortController();
    await using({ ...walking, chunkLengths: [1] }, async (trainer) => {
      const stopped = await trainer.train({
        steps: 1000,
        evaluateEvery: 1,
        signal: controller.signal,
        onProgress: ({ step }) => {
          if (step >= 4) controller.abort();
        },
      });
      expect(stopped).toBe('aborted');
      expect(trainer.steps).toBeGreaterThanOrEqual(4);
      expect(trainer.steps).toBeLessThan(1000);
      expect((await trainer.select()).step[0]).toBe(3);
    });
  });

  test('without validation rows nothing can be selected', async () => {
    await using({}, async (trainer) => {
      await expect(trainer.select()).rejects.toThrow('without validation rows');
    });
  });
});

describe('resuming', () => {
  const options: Partial<TrainerOptions> = {
    source: drawnRows(productRows, 4),
    population: 2,
    validation: productRows,
    patience: 50,
  };

  test('goes on bit for bit, histories included, wherever it was cut', async () => {
    const wanted = await using(options, async (trainer) => {
      await trainer.train({ steps: 30, evaluateEvery: 8 });
      return stateOf(trainer);
    });
    for (const cut of [8, 13]) {
      const saved = await using(options, async (trainer) => {
        await trainer.train({ steps: cut, evaluateEvery: 8 });
        return trainer.snapshot();
      });
      await using(options, async (trainer) => {
        trainer.restore(saved);
        expect(trainer.steps).toBe(cut);
        await trainer.train({ steps: 30, evaluateEvery: 8 });
        expect(await stateOf(trainer)).toEqual(wanted);
      });
    }
  });

  test('refuses a state of other settings', async () => {
    const saved = await using(options, (trainer) => trainer.snapshot());
    const wide: Rows = { x: productRows.x, y: { shape: [ROWS, 3], data: new Float64Array(3 * ROWS) } };
    const restoring = (other: Partial<TrainerOptions>, snapshot: Snapshot) =>
      using({ ...options, ...other }, async (trainer) => trainer.restore(snapshot));
    await expect(restoring({ seed: 6 }, saved)).rejects.toThrow('saved with seed = 5, but this trainer has seed = 6');
    await expect(restoring({ optimiser: sgd() }, saved)).rejects.toThrow('optimiser = "adam"');
    await expect(
      restoring({}, { ...saved, tensors: new Map([...saved.tensors].filter(([name]) => name !== 'step')) }),
    ).rejects.toThrow('lacks "step"');
    await expect(
      restoring({ module: nac({ inputs: 2, outputs: 3 }), source: fullBatch(wide), validation: wide }, saved),
    ).rejects.toThrow('"parameter/wHat" has shape [2, 2, 1], but this trainer needs [2, 2, 3]');
  });
});

describe('the first number that is not finite', () => {
  test('is found with op, module, line, member and step', async () => {
    // Doubling a parameter in every step makes its exponential overflow in the step after it has passed 88.7.
    const doubling = defineModule({
      name: 'doubling',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: { p: { shape: [1], init: constantInit(1) }, w: { shape: [2, 1], init: constantInit(0) } },
      apply: ({ p, w }, input) => input.matmul(w).add(p.exp().mul(0)),
      constrain: ({ p, w }) => ({ p: p.mul(2), w }),
    });
    await using({ module: sequential(doubling), population: 2, firstMember: 3 }, async (trainer) => {
      await trainer.run(20);
      const found = await trainer.locateNonFinite();
      expect(found).toMatchObject({ op: 'exp', scope: 'sequential/0.doubling', member: 3, step: 7, value: Infinity });
      expect(found!.line).toContain('trainer.test.ts');
      expect(found!.message).toContain('In step 8 of member 3, exp in module "sequential/0.doubling"');
      expect(trainer.steps).toBe(20);
    });
  });

  test('is not looked for in members that had stopped before', async () => {
    // p falls by 1 in every step, and exp(-20 p) overflows below −35.4: a member that has stopped never gets there.
    const falling = defineModule({
      name: 'falling',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: { p: { shape: [1], init: constantInit(1) }, w: { shape: [2, 1], init: constantInit(0.1) } },
      apply: ({ p, w }, input) => input.matmul(w).add(p.mul(-20).exp().stopGradient().mul(0)),
      constrain: ({ p, w }) => ({ p: p.sub(1), w }),
    });
    const options: Partial<TrainerOptions> = {
      module: falling,
      optimiser: sgd({ learningRate: [0, 1e-4] }),
      population: 2,
      validation: productRows,
      patience: 2,
      precision: 'f64',
    };
    await using(options, async (trainer) => {
      await trainer.train({ steps: 34, evaluateEvery: 1 });
      expect([...(await trainer.select()).steps]).toEqual([2, 34]);
      expect(await trainer.locateNonFinite()).toBeUndefined();
      await trainer.train({ steps: 60, evaluateEvery: 1 });
      expect(await trainer.locateNonFinite()).toMatchObject({ op: 'exp', member: 1, step: 37 });
    });
  });

  test('is not there when everything is finite', async () => {
    await using({}, async (trainer) => {
      await trainer.run(9);
      expect(await trainer.locateNonFinite()).toBeUndefined();
    });
  });
});

test('initial parameters can be given, and unknown ones are refused', async () => {
  const given = new Map([['wHat', Float64Array.of(0.1, 0.2, 0.3, 0.4)]]);
  const state = await trained({ population: 2, initial: given, precision: 'f64' }, 0);
  expect(state.get('parameter/wHat')).toEqual([0.1, 0.2, 0.3, 0.4]);
  expect(() => createTrainer({ ...base, initial: new Map([['what', Float64Array.of(1)]]) })).toThrow(
    'no parameter "what". Its parameters are "wHat", "mHat"',
  );
  expect(() => createTrainer({ ...base, initial: given })).toThrow('must have shape [1, 2, 1], 2 numbers, but 4 were given');
});

test('the plan of every executable can be seen', async () => {
  await using({ chunkLengths: [3] }, async (trainer) => {
    await trainer.run(3);
    expect(trainer.executables.map(({ steps }) => steps)).toEqual([3]);
    expect(trainer.executables[0]!.executable.report.memory.peak).toBeGreaterThan(0);
    expect(trainer.microsecondsPerStep).toBeGreaterThan(0);
  });
});
