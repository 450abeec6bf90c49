import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backend.ts';
import { BackendUnavailableError, DisposedError, ExecutionError } from '../../src/errors.ts';
import { dense } from '../../src/modules/dense.ts';
import { drawnRows, type Rows } from '../../src/training/batches.ts';
import { mse } from '../../src/training/losses.ts';
import { adam } from '../../src/training/optimisers.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { vectorize } from '../../src/transform/vectorize.ts';
import { shardedBackend } from '../../src/workers.ts';
import { sharesOf } from '../../src/workers/shares.ts';
import { graphOf, referenceBackend } from '../support.ts';
import { disposeAll, startWorker, watched } from './support.ts';

afterEach(disposeAll);

const ROWS = 6;
const x = Float64Array.from({ length: 2 * ROWS }, (_, i) => 1.5 + Math.sin(3 * i));
const rows: Rows = {
  x: { shape: [ROWS, 2], data: x },
  y: { shape: [ROWS, 1], data: Float64Array.from({ length: ROWS }, (_, row) => x[2 * row]! * x[2 * row + 1]!) },
};

/** Everything that a training with evaluations leaves behind. */
const trained = async (backend: Backend, population: number): Promise<ReadonlyMap<string, readonly number[]>> => {
  const trainer = createTrainer({
    backend,
    population,
    module: dense({ inputs: 2 }),
    loss: mse(),
    // Odd members diverge to NaN.
    optimiser: adam({ learningRate: Float64Array.from({ length: population }, (_, i) => (i % 2 === 0 ? 0.02 : 1e30)) }),
    source: drawnRows(rows, 3),
    validation: rows,
    patience: 3,
    seed: 5,
    chunkLengths: [5],
  });
  try {
    await trainer.train({ steps: 40, evaluateEvery: 10 });
    const { tensors } = await trainer.snapshot();
    return new Map([...tensors].map(([name, { data }]) => [name, Array.from(data)]));
  } finally {
    trainer.dispose();
  }
};

describe('training in workers', () => {
  test.each([
    [1, 5],
    [2, 5],
    [3, 7],
    [3, 2],
  ])('%i workers train %i members to the same bits', async (workers, population) => {
    const { backend, losses } = await watched(workers);
    expect(backend.info).toMatchObject({ name: 'reference', threads: workers });
    const state = await trained(backend, population);
    expect(state).toEqual(await trained(referenceBackend(), population));
    expect(state.get('loss')!.some(Number.isNaN)).toBe(true);
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
    expect(losses).toEqual([]);
  });
});

test('shares are contiguous, nearly equal and all', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), (members, workers) => {
      const single = graphOf([[3], [2, 2]], (a, b) => [a!.sum(), b!.mul(2)]);
      const shares = sharesOf(vectorize(single, members, [true, false]), workers);
      expect(shares).toHaveLength(Math.min(members, workers));
      expect(shares[0]!.first).toBe(0);
      expect(shares.at(-1)!.last).toBe(members);
      shares.slice(1).forEach(({ first }, i) => expect(first).toBe(shares[i]!.last));
      const sizes = shares.map(({ first, last }) => last - first);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      for (const { graph, first, last, inputs, outputs } of shares) {
        expect(graph.population).toEqual({ members: last - first, mapped: [true, false] });
        expect(inputs).toEqual([
          { start: 3 * first, end: 3 * last, shape: [last - first, 3] },
          { start: 0, end: 4, shape: [2, 2] },
        ]);
        expect(outputs[1]).toEqual({ start: 4 * first, end: 4 * last, shape: [last - first, 2, 2] });
      }
    }),
  );
});

describe('values move between workers', () => {
  const doubled = vectorize(
    graphOf([[2]], (a) => a!.mul(2)),
    3,
    [true],
  );
  const members = Float32Array.of(1, 2, 3, 4, 5, 6);

  test('a result in shares is whole for a graph without a population, and shared by the members of another', async () => {
    const { backend } = await watched(2);
    const double = await backend.compile(doubled);
    const sum = await backend.compile(graphOf([[3, 2]], (a) => a!.sum()));
    const shared = await backend.compile(
      vectorize(
        graphOf([[3, 2], []], (a, b) => a!.sum().mul(b!)),
        2,
        [false, true],
      ),
    );
    const given = backend.upload(members, [3, 2]);
    const [parts] = double.run([given]);
    const [total] = sum.run([parts!]);
    const factors = backend.upload(Float32Array.of(1, 10), [2]);
    const [products] = shared.run([parts!, factors]);
    backend.free(parts!);
    expect(await backend.read(total!, products!, given)).toEqual([
      Float32Array.of(42),
      Float32Array.of(42, 420),
      Float32Array.of(1, 2, 3, 4, 5, 6),
    ]);
    // And back: the result of the first worker is divided among both.
    const [again] = double.run([await split(backend, total!)]);
    expect(await backend.read(again!)).toEqual([Float32Array.of(84, 84, 84, 84, 84, 84)]);
  });

  test('a share of another size is taken from a result in shares', async () => {
    const { backend } = await watched(3);
    const double = await backend.compile(doubled);
    const asRows = await backend.compile(
      vectorize(
        graphOf([[]], (a) => a!.add(1)),
        3,
        [true],
      ),
    );
    const flatten = await backend.compile(graphOf([[3, 2]], (a) => a!.slice([0, 0], [3, 1]).reshape([3])));
    const [parts] = double.run([backend.upload(members, [3, 2])]);
    const [flat] = flatten.run([parts!]);
    const [result] = asRows.run([flat!]);
    expect(await backend.read(result!)).toEqual([Float32Array.of(3, 7, 11)]);
  });
});

/** A scalar, given to every element of [3, 2] by the first worker. */
const split = async (backend: Backend, scalar: Parameters<Backend['free']>[0]) => {
  const spread = await backend.compile(graphOf([[]], (a) => a!.broadcastTo([3, 2])));
  return spread.run([scalar])[0]!;
};

describe('a failed step', () => {
  const checked = vectorize(
    graphOf([[1]], (a) => a!.cos()),
    4,
    [true],
  );

  test('poisons what derives from it, in other workers too, and nothing else', async () => {
    const { backend } = await watched(2);
    const check = await backend.compile(checked);
    const sum = await backend.compile(graphOf([[4, 1]], (a) => a!.sum()));
    const [bad] = check.run([backend.upload(Float32Array.of(1, 2, 3, 13), [4, 1])]);
    const [good] = check.run([backend.upload(Float32Array.of(1, 2, 3, 4), [4, 1])]);
    const [derived] = sum.run([bad!]);
    await expect(backend.read(derived!)).rejects.toThrow(/13 is not allowed/);
    await expect(backend.read(derived!)).rejects.toThrow(ExecutionError);
    await expect(backend.read(good!, bad!)).rejects.toThrow(/13 is not allowed/);
    expect(await backend.read(good!)).toEqual([Float32Array.of(1, 2, 3, 4)]);
  });
});

describe('workers that do not start', () => {
  test.each([
    ['a script that is not there', () => new Worker('/nowhere/worker.js'), /did not start.*nowhere/],
    ['a script that fails', () => new Worker('throw new Error("no luck")', { eval: true }), /did not start.*no luck/],
    ['a start that fails', () => null as never, /did not start.*start\(\) failed/],
  ])('%s', async (_, start, says) => {
    const outcome = shardedBackend({ workers: 2, start }).catch((error: unknown) => error);
    const error = (await outcome) as Error;
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect(error.message).toMatch(says);
  });

  test('a backend that cannot run there', async () => {
    await expect(watched(2, { refuse: true })).rejects.toThrow(
      'The backend "reference" cannot run here: it does not want to. Ask again.',
    );
  });

  test.each([
    [{ workers: 0 }, /workers must be a whole number, at least 1, but it is 0/],
    [{ workers: 1.5 }, /but it is 1.5/],
    [{ start: undefined as never }, /needs start/],
    [{ options: { create: () => {} } }, /must be plain data/],
  ])('options %o are refused', async (options, says) => {
    await expect(shardedBackend({ start: startWorker, ...options })).rejects.toThrow(says);
  });
});

describe('the end', () => {
  test('dispose ends all workers, also in the middle of work', async () => {
    const { backend, workers } = await watched(2);
    const exits = workers.map((worker) => once(worker, 'exit'));
    const double = await backend.compile(graphOf([[2]], (a) => a!.mul(2)));
    const [result] = double.run([backend.upload(Float32Array.of(1, 2), [2])]);
    const reading = backend.read(result!).catch((error: unknown) => error);
    await backend.dispose();
    expect(await reading).toBeInstanceOf(DisposedError);
    await Promise.all(exits);
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
    expect(() => backend.upload(Float32Array.of(1), [1])).toThrow(DisposedError);
  });

  test('idle workers keep no process alive', async () => {
    const script = `
      import { Worker } from 'node:worker_threads';
      import { evaluate } from '../../dist/index.js';
      import { shardedBackend } from '../../dist/workers.js';
      const start = () => new Worker(new URL(import.meta.resolve('./worker.mjs')), { execArgv: [] });
      const backend = await shardedBackend({ workers: 2, start });
      const [sum] = await evaluate(backend, (a) => a.sum(), [1, 2, 3]);
      console.log(sum.data[0]);`;
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { cwd });
    expect([stdout, stderr]).toEqual(['6\n', '']);
  });
});
