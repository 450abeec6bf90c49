import { describe, expect, test } from 'vitest';
import { defineModule } from '../../src/modules/contract.ts';
import { nac } from '../../src/modules/nac.ts';
import { constantInit, uniformInit } from '../../src/random/initialisers.ts';
import { streamOf } from '../../src/random/stream.ts';
import { drawnRows, fullBatch, type Rows } from '../../src/training/batches.ts';
import type { Trainer, TrainerOptions } from '../../src/training/job.ts';
import { mse } from '../../src/training/losses.ts';
import { adam, sgd } from '../../src/training/optimisers.ts';
import { stagnation, type MemberHistory, type RestartRule } from '../../src/training/restarts.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { referenceBackend } from '../support.ts';

const backend = referenceBackend();
const ROWS = 6;
const x = Float64Array.from({ length: 2 * ROWS }, (_, i) => 1.5 + Math.sin(3 * i));
const rows: Rows = {
  x: { shape: [ROWS, 2], data: x },
  y: { shape: [ROWS, 1], data: Float64Array.from({ length: ROWS }, (_, row) => x[2 * row]! * x[2 * row + 1]!) },
};

const base: TrainerOptions = {
  backend,
  module: nac({ inputs: 2 }),
  loss: mse(),
  optimiser: adam({ learningRate: 0.02 }),
  source: drawnRows(rows, 4),
  validation: rows,
  population: 3,
  seed: 5,
};

const using = async <T>(options: Partial<TrainerOptions>, work: (trainer: Trainer) => Promise<T>): Promise<T> => {
  const trainer = createTrainer({ ...base, ...options });
  try {
    return await work(trainer);
  } finally {
    trainer.dispose();
  }
};

const stateOf = async (trainer: Trainer): Promise<Map<string, readonly number[]>> =>
  new Map([...(await trainer.snapshot()).tensors].map(([name, { data }]) => [name, Array.from(data)]));

describe('stagnation', () => {
  const history = (validation: readonly number[], steps = 6000): MemberHistory => ({
    steps,
    validation,
    training: validation.map(() => 0),
  });

  test('is a loss that is large and no longer falls', () => {
    const { isDue } = stagnation();
    expect(isDue(history([3, 3, 3, 3]))).toBe(true);
    expect(isDue(history([3, 3, 3, 3], 5000))).toBe(false);
    expect(isDue(history([9, 8, 3, 3]))).toBe(false);
    // 4 ≤ 3 + 1: within the deviation of the second half.
    expect(isDue(history([4, 4, 2, 4]))).toBe(true);
    expect(isDue(history([4.01, 4, 2, 4]))).toBe(false);
    expect(isDue(history([1, 1, 1, 1]))).toBe(false);
    expect(isDue(history([5, NaN]))).toBe(false);
    expect(isDue(history([5]))).toBe(false);
  });

  test('refuses what is no loss, and knows its own initial values by name', () => {
    expect(() => stagnation({ losses: 'train' as never })).toThrow(
      'losses must be "training" or "validation", but it is "train"',
    );
    expect(() => stagnation({ above: NaN })).toThrow('above must be a loss');
    expect(stagnation({ init: uniformInit(-2, 2) }).name).not.toBe(stagnation().name);
  });

  test('looks at the losses that it is told to', () => {
    expect(stagnation({ losses: 'training' }).isDue(history([3, 3, 3, 3]))).toBe(false);
    expect(stagnation({ above: 4 }).isDue(history([3, 3, 3, 3]))).toBe(false);
    expect(() => stagnation({ after: NaN })).toThrow('after must be at least 0');
  });
});

/** Starts again whenever it has gone on for 16 steps with a loss above a limit: some members do, some do not. */
const impatient = (above: number): RestartRule => ({
  name: `impatient(${above})`,
  isDue: ({ steps, validation }) => steps >= 16 && validation.at(-1)! > above,
});

describe('members that start again', () => {
  test('get fresh parameters, and keep the optimiser’s memory, their steps and their best', async () => {
    const always: RestartRule = { name: 'always', isDue: ({ steps }) => steps >= 8 };
    await using({ restart: always }, async (trainer) => {
      await trainer.train({ steps: 8, evaluateEvery: 8 });
      expect(trainer.restarts).toEqual([1, 1, 1]);
      const stream = streamOf('parameter/wHat/start 1');
      const wanted = [0, 1, 2].flatMap((member) => [...uniformInit(-2, 2).values([2, 1], { seed: 5, member, stream })]);
      expect([...(await trainer.parameters()).get('wHat')!.data]).toEqual(wanted.map(Math.fround));
      const restarted = await stateOf(trainer);
      await using({}, async (other) => {
        await other.train({ steps: 8, evaluateEvery: 8 });
        const plain = await stateOf(other);
        for (const name of ['optimiser/mean/wHat', 'optimiser/square/mHat', 'step', 'loss', 'best/wHat', 'bestLoss'])
          expect(restarted.get(name)).toEqual(plain.get(name));
        expect(restarted.get('parameter/wHat')).not.toEqual(plain.get('parameter/wHat'));
      });
    });
  });

  test('are counted from their last start', async () => {
    const restart: RestartRule = {
      name: 'every 16 steps',
      isDue: ({ steps, validation }) => steps === 16 && validation.length === 2,
    };
    await using({ restart }, async (trainer) => {
      await trainer.train({ steps: 60, evaluateEvery: 8 });
      expect(trainer.restarts).toEqual([3, 3, 3]);
    });
  });

  test('leave the others alone', async () => {
    const only = (member: number): RestartRule => {
      let asked = 0;
      return { name: 'only', isDue: () => asked++ === member };
    };
    const plain = await using({}, async (trainer) => {
      await trainer.train({ steps: 20, evaluateEvery: 8 });
      return stateOf(trainer);
    });
    await using({ restart: only(1) }, async (trainer) => {
      await trainer.train({ steps: 20, evaluateEvery: 8 });
      expect(trainer.restarts).toEqual([0, 1, 0]);
      const weights = (await stateOf(trainer)).get('parameter/wHat')!;
      const wanted = plain.get('parameter/wHat')!;
      expect([weights.slice(0, 2), weights.slice(4)]).toEqual([wanted.slice(0, 2), wanted.slice(4)]);
      expect(weights.slice(2, 4)).not.toEqual(wanted.slice(2, 4));
    });
  });

  test('do the same for every length of the loops, alone or in a population, and after a resume', async () => {
    const losses = await using({}, async (trainer) => {
      await trainer.train({ steps: 40, evaluateEvery: 8 });
      return trainer.history.at(-1)!.validation;
    });
    const restart = impatient([...losses].sort((a, b) => a - b)[1]!);
    const run = (options: Partial<TrainerOptions>, cut = 0) =>
      using({ restart, ...options }, async (trainer) => {
        if (cut > 0) {
          const saved = await using({ restart, ...options }, async (other) => {
            await other.train({ steps: cut, evaluateEvery: 8 });
            return other.snapshot();
          });
          trainer.restore(saved);
        }
        await trainer.train({ steps: 60, evaluateEvery: 8 });
        return { restarts: trainer.restarts, state: await stateOf(trainer) };
      });
    const wanted = await run({});
    expect(wanted.restarts.some((count) => count > 0)).toBe(true);
    expect(await run({ chunkLengths: [3] })).toEqual(wanted);
    expect(await run({}, 24)).toEqual(wanted);
    expect(await run({}, 29)).toEqual(wanted);
    for (const member of [0, 1, 2]) {
      const alone = await run({ population: 1, firstMember: member });
      expect(alone.restarts).toEqual([wanted.restarts[member]]);
      expect(alone.state.get('parameter/mHat')).toEqual(wanted.state.get('parameter/mHat')!.slice(2 * member, 2 * member + 2));
    }
  });

  test('are not those that have stopped early: they stay as they are alone', async () => {
    const restart: RestartRule = { name: 'after eight steps', isDue: ({ steps }) => steps >= 8 };
    const options: Partial<TrainerOptions> = { restart, patience: 2, optimiser: adam({ learningRate: 0.5 }) };
    const after = (more: Partial<TrainerOptions>) =>
      using({ ...options, ...more }, async (trainer) => {
        await trainer.train({ steps: 120, evaluateEvery: 4 });
        return { state: await stateOf(trainer), restarts: trainer.restarts };
      });
    const together = await after({ population: 3 });
    const steps = together.state.get('step')!;
    expect(Math.min(...steps)).toBeLessThan(Math.max(...steps));
    for (const member of [0, 1, 2]) {
      const alone = await after({ population: 1, firstMember: member });
      expect(together.restarts[member]).toBe(alone.restarts[0]);
      for (const [name, values] of alone.state) {
        if (name.startsWith('history/')) continue;
        const size = values.length;
        expect([name, together.state.get(name)!.slice(member * size, (member + 1) * size)]).toEqual([name, values]);
      }
    }
  });

  test('may take values of their own, except for frozen parameters', async () => {
    const module = defineModule({
      name: 'half frozen',
      paper: 'none',
      inputs: 2,
      outputs: 1,
      params: {
        weight: { shape: [2, 1], init: constantInit(1) },
        fixed: { shape: [1], init: constantInit(3), frozen: true },
      },
      apply: ({ weight, fixed }, input) => input.matmul(weight).add(fixed),
    });
    const restart: RestartRule = { name: 'to 7', isDue: ({ steps }) => steps === 4, init: constantInit(7) };
    await using({ module, restart, population: 1 }, async (trainer) => {
      await trainer.train({ steps: 4, evaluateEvery: 4 });
      const parameters = await trainer.parameters();
      expect([...parameters.get('weight')!.data, ...parameters.get('fixed')!.data]).toEqual([7, 7, 3]);
    });
  });

  test('need validation rows, and the same rule to resume', async () => {
    const { validation: _, ...blind } = base;
    expect(() => createTrainer({ ...blind, restart: stagnation() })).toThrow('restart needs validation rows');
    const saved = await using({ restart: stagnation() }, (trainer) => trainer.snapshot());
    await expect(using({}, async (trainer) => trainer.restore(saved))).rejects.toThrow(
      'restart = "stagnation(5000, 1, validation)"',
    );
  });
});

describe('turns', () => {
  const module = defineModule({
    name: 'two groups',
    paper: 'none',
    inputs: 2,
    outputs: 1,
    params: {
      weight: { shape: [2, 1], init: constantInit(0.5), group: 'weights' },
      gate: { shape: [1], init: constantInit(0.5), group: 'gate' },
      other: { shape: [1], init: constantInit(0.5) },
    },
    apply: ({ weight, gate, other }, input) => input.matmul(weight).mul(gate).add(other),
  });
  const turns = { period: 5, groups: { weights: [0, 3], gate: [3, 5] } } as const;

  test('move a group in its own steps only; the optimiser’s memory rests with it', async () => {
    await using({ module, turns, source: fullBatch(rows), population: 1 }, async (trainer) => {
      let before = await stateOf(trainer);
      const moved: string[][] = [];
      for (let step = 0; step < 10; step++) {
        await trainer.run(1);
        const after = await stateOf(trainer);
        const changed = (name: string): boolean => String(after.get(name)) !== String(before.get(name));
        moved.push(['weight', 'gate', 'other'].filter((name) => changed(`parameter/${name}`)));
        for (const name of ['weight', 'gate', 'other'])
          expect(changed(`optimiser/square/${name}`)).toBe(moved.at(-1)!.includes(name));
        before = after;
      }
      const [first, second] = [
        ['weight', 'other'],
        ['gate', 'other'],
      ];
      expect(moved).toEqual([first, first, first, second, second, first, first, first, second, second]);
    });
  });

  test('name groups of the module', () => {
    expect(() => createTrainer({ ...base, module, turns: { period: 5, groups: { weigths: [0, 3] } } })).toThrow(
      'no parameter of the module is in a group "weigths". The groups are "weights", "gate"',
    );
    expect(() => createTrainer({ ...base, turns: { period: 5, groups: { gate: [0, 3] } } })).toThrow('a group "gate"');
  });

  test('are whole steps of their period', () => {
    for (const gate of [
      [3, 6],
      [3, 3],
      [-1, 2],
      [0.5, 2],
    ] as const)
      expect(() => createTrainer({ ...base, module, optimiser: sgd(), turns: { period: 5, groups: { gate } } })).toThrow(
        'the group "gate" must move',
      );
  });
});
