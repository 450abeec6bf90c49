import { afterEach, describe, expect, test } from 'vitest';
import type { Backend, DeviceBuffer } from '../../src/backend.ts';
import { DeviceLostError } from '../../src/errors.ts';
import type { Graph } from '../../src/graph.ts';
import { vectorize } from '../../src/transform/vectorize.ts';
import { WorkerDiedError } from '../../src/workers.ts';
import { graphOf, referenceBackend } from '../support.ts';
import { disposeAll, newCounters, watched, type Faults } from './support.ts';

afterEach(disposeAll);

const MEMBERS = 5;

/** Two values that depend on each other's past, so that no step can be left out or done twice unseen. */
const mixing = (): Graph =>
  vectorize(
    graphOf([[2], [], [2]], (a, b, rate) => [a!.mul(0.7).add(b!).mul(rate!).tanh(), b!.add(a!.sum().mul(0.1))]),
    MEMBERS,
    [true, true, false],
  );

const start = [
  { shape: [MEMBERS, 2], data: Float32Array.from({ length: 2 * MEMBERS }, (_, i) => Math.sin(i)) },
  { shape: [MEMBERS], data: Float32Array.from({ length: MEMBERS }, (_, i) => Math.cos(i)) },
];

/**
 * Many steps from state to state. At some steps a value is kept for later, at some one is read, and at one the members' mean
 * goes back into all of them.
 */
const history = async (backend: Backend, steps: number, pause: () => Promise<void> = async () => {}) => {
  const step = await backend.compile(mixing());
  const mean = await backend.compile(graphOf([[MEMBERS, 2]], (a) => a!.mean(0)));
  let rate = backend.upload(Float32Array.of(0.9, 1.1), [2]);
  let state: readonly DeviceBuffer[] = start.map(({ data, shape }) => backend.upload(data, shape));
  const kept: DeviceBuffer[] = [];
  const read: (readonly number[])[] = [];
  for (let i = 1; i <= steps; i++) {
    const next = step.run([...state, rate]);
    if (i % 50 === 7) kept.push(state[0]!);
    else backend.free(state[0]!);
    backend.free(state[1]!);
    state = next;
    if (i === 90) {
      backend.free(rate);
      [rate] = mean.run([state[0]!]) as [DeviceBuffer];
    }
    if (i % 30 === 0) {
      read.push(Array.from((await backend.read(state[1]!))[0]!));
      await pause();
    }
  }
  const last = await backend.read(...state, ...kept);
  for (const buffer of [...state, ...kept, rate]) backend.free(buffer);
  step.dispose();
  mean.dispose();
  await backend.sync();
  return [...read, ...last.map((values) => Array.from(values))];
};

const STEPS = 200;

describe('a worker that dies', () => {
  test.each([
    ['in the first run', 1, [1]],
    ['early, in the middle and late', 2, [4, 150, 390]],
    ['twice in a row over the same run', 1, [100, 101]],
  ])('%s: another one goes on, with the same bits', async (_, workers, dieAtRuns) => {
    const counters = newCounters();
    const { backend, losses, workers: started } = await watched(workers, { counters, dieAtRuns });
    expect(await history(backend, STEPS)).toEqual(await history(referenceBackend(), STEPS));
    expect(losses).toHaveLength(dieAtRuns.length);
    expect(backend.losses).toEqual(losses);
    expect(started).toHaveLength(workers + dieAtRuns.length);
    expect(losses[0]!.message).toMatch(/^Worker \d of the backend "reference" died over .* It ended with exit code 5\.$/);
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
  });

  test('does only the last part of a long past again', async () => {
    const counters = newCounters();
    const { backend } = await watched(1, { counters, dieAtRuns: [STEPS] });
    const double = await backend.compile(graphOf([[2]], (a) => a!.mul(1.01)));
    let state = backend.upload(Float32Array.of(1, 2), [2]);
    for (let i = 0; i < STEPS; i++) {
      const [next] = double.run([state]);
      backend.free(state);
      state = next!;
      if (i % 10 === 0) await backend.sync();
    }
    expect((await backend.read(state))[0]![1]).toBeCloseTo(2 * 1.01 ** STEPS, 3);
    const again = counters[0]! - STEPS;
    expect(again).toBeGreaterThan(1);
    // A copy comes to the host every 65 steps.
    expect(again).toBeLessThan(70);
  });

  test('holds no buffers in the end, done again or not', async () => {
    const counters = newCounters();
    const { backend } = await watched(1, { counters, dieAtRuns: [60, 130] });
    await history(backend, STEPS);
    const nothing = await backend.compile(graphOf([[1]], (a) => a!.neg()));
    nothing.run([backend.upload(Float32Array.of(1), [1])]);
    await backend.sync();
    // Input and output of the last run.
    expect(counters[1]).toBe(2);
  });

  test('is replaced when it is terminated from outside, whatever it does', async () => {
    const { backend, workers, losses } = await watched(2);
    let round = 0;
    const kill = async (): Promise<void> => {
      await workers.filter(({ threadId }) => threadId !== -1)[round++ % 2]!.terminate();
    };
    expect(await history(backend, STEPS, kill)).toEqual(await history(referenceBackend(), STEPS));
    expect(losses).toHaveLength(round);
    expect(losses[0]!.reason).toBe('It ended with exit code 1.');
  });

  test('is replaced when it is terminated while it works', async () => {
    const { backend, workers, losses } = await watched(2);
    let last = 0;
    const running = history(backend, STEPS);
    while (last < 4) {
      await backend.sync();
      await workers.at(-1)!.terminate();
      last++;
    }
    expect(await running).toEqual(await history(referenceBackend(), STEPS));
    expect(losses.length).toBeGreaterThan(0);
  });

  test('while it waits for values from another that waits for its own', async () => {
    const { backend, workers } = await watched(2);
    const double = await backend.compile(
      vectorize(
        graphOf([[]], (a) => a!.mul(2)),
        2,
        [true],
      ),
    );
    const sum = await backend.compile(graphOf([[2]], (a) => a!.sum()));
    const times = await backend.compile(
      vectorize(
        graphOf([[], []], (a, b) => a!.mul(b!)),
        2,
        [true, false],
      ),
    );
    const [twice] = double.run([backend.upload(Float32Array.of(1, 10), [2])]);
    // The first worker needs the share of the second for the sum, and the second needs the sum.
    const [total] = sum.run([twice!]);
    const [result] = times.run([twice!, total!]);
    await workers[1]!.terminate();
    expect(await backend.read(result!)).toEqual([Float32Array.of(44, 440)]);
  });

  test('while a graph is compiled: the compilation is done again', async () => {
    const { backend, workers } = await watched(2, { slow: 50 });
    const compiling = backend.compile(mixing());
    await workers[1]!.terminate();
    const { report } = await compiling;
    expect(report.steps.length).toBeGreaterThan(0);
  });
});

describe('a step that ends every worker', () => {
  const deadly = vectorize(
    graphOf([[1]], (a) => a!.sin()),
    4,
    [true],
  );
  const harmless = vectorize(
    graphOf([[1]], (a) => a!.mul(3)),
    4,
    [true],
  );
  const values = Float32Array.of(1, 2, 3, 4);

  test('is given up after three, with an error that names it, and everything else goes on', async () => {
    const { backend, losses } = await watched(2);
    const kill = await backend.compile(deadly);
    const triple = await backend.compile(harmless);
    const [nine] = triple.run(triple.run([backend.upload(values, [4, 1])]));
    const [bad] = kill.run([nine!]);
    const [derived] = triple.run([bad!]);
    const [after] = triple.run([nine!]);
    const error = (await backend.read(derived!).catch((reason: unknown) => reason)) as WorkerDiedError;
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error.message).toMatch(
      /^Worker [01] of the backend "reference" died 3 times in a row over run 1 of the graph [\da-f]{8} \(of "x0"\) for the members (0 to 1|2 to 3)\. It ended with exit code 3\./,
    );
    expect(error).toMatchObject({ code: 'execution', backend: 'reference', reason: 'It ended with exit code 3.' });
    expect(await backend.read(after!)).toEqual([Float32Array.of(27, 54, 81, 108)]);
    // Three times in each worker, and never again; before, it is not known over which of the runs that were sent together.
    const certain = losses.filter(({ task }) => !task!.includes('or over what followed it'));
    expect(certain.map(({ worker, deaths }) => `${worker}: ${deaths}`).sort()).toEqual(
      [0, 1].flatMap((worker) => [1, 2, 3].map((deaths) => `${worker}: ${deaths}`)),
    );
    expect(losses.length - certain.length).toBeLessThanOrEqual(2);
    const [again] = kill.run([nine!]);
    await expect(backend.read(again!)).rejects.toThrow(/over run 2 of/);
    expect(await backend.read(nine!)).toEqual([Float32Array.of(9, 18, 27, 36)]);
  });

  test('of a graph without a population, too', async () => {
    const { backend } = await watched(2);
    const kill = await backend.compile(graphOf([[2]], (a) => a!.sin()));
    const [bad] = kill.run([backend.upload(Float32Array.of(1, 2), [2])]);
    await expect(backend.read(bad!)).rejects.toThrow(/over run 1 of the graph [\da-f]{8} \(of "x0"\)\. It/);
  });
});

test('when no worker starts any more, the device is lost', async () => {
  const faults: Faults = { counters: newCounters(), dieAtRuns: [2], dieAtStart: true };
  const { backend, losses } = await watched(1, faults);
  const double = await backend.compile(graphOf([[2]], (a) => a!.mul(2)));
  const x = backend.upload(Float32Array.of(1, 2), [2]);
  const [first] = double.run([x]);
  expect(await backend.read(first!)).toEqual([Float32Array.of(2, 4)]);
  const [second] = double.run([first!]);
  await expect(backend.read(second!)).rejects.toThrow(DeviceLostError);
  await expect(backend.read(first!)).rejects.toThrow(
    /"reference" lost its device: no worker could be started any more\. It ended with exit code 4\./,
  );
  expect(() => double.run([x])).toThrow(DeviceLostError);
  expect(losses.map(({ task }) => task)).toEqual([expect.stringContaining('run 2 of'), ...new Array(3).fill('its start')]);
});
