import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendFromKernels } from '../../src/backend.ts';
import { checkContract } from '../../src/backend/checkContract.ts';
import {
  ArgumentError,
  BackendUnavailableError,
  BufferError,
  DataError,
  DisposedError,
  ExecutionError,
  LimitError,
} from '../../src/errors.ts';
import { constant, evaluate, evaluateIn, scan, type Backend } from '../../src/index.ts';
import { vectorize } from '../../src/transform/vectorize.ts';
import { graphOf, referenceBackend } from '../support.ts';

let backend: Backend;
beforeEach(() => {
  backend = referenceBackend();
});
afterEach(() => backend.dispose());

const f32 = (...values: readonly number[]): Float32Array => Float32Array.from(values);

describe('buffers', () => {
  it('copies in and out', async () => {
    const source = f32(1, 2, 3);
    const buffer = backend.upload(source, [3]);
    source[0] = 9;
    const [first] = await backend.read(buffer);
    first![1] = 9;
    expect(await backend.read(buffer)).toEqual([f32(1, 2, 3)]);
    backend.free(buffer);
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
  });

  it('counts bytes by precision', () => {
    backend.upload(f32(1, 2), [2]);
    backend.upload(Float64Array.of(1), [1]);
    expect(backend.memory()).toMatchObject({ buffers: 2, bytes: 16 });
  });

  it('says that memory is missing, and works on', async () => {
    const huge = await backend.compile(graphOf([[]], (x) => [x, x.broadcastTo([2 ** 20, 2 ** 20, 2 ** 10])]));
    const one = backend.upload(f32(1), []);
    expect(() => huge.run([one])).toThrow(LimitError);
    expect(() => huge.run([one])).toThrow(/"reference" has no memory for that .*smaller batches/);
    expect(backend.memory().buffers).toBe(1);
    backend.free(one);
  });

  it('explains every misuse', async () => {
    const buffer = backend.upload(f32(1, 2), [2]);
    const other = referenceBackend();
    const foreign = other.upload(f32(1, 2), [2]);
    const executable = await backend.compile(graphOf([[2]], (x) => x.neg()));
    expect(() => backend.upload(f32(1, 2), [3])).toThrow(/holds 3 numbers, but 2/);
    expect(() => executable.run([])).toThrow(/takes 1 inputs, but 0/);
    expect(() => executable.run([foreign])).toThrow(BufferError);
    expect(() => executable.run([backend.upload(f32(1, 2, 3), [3])])).toThrow(/"x0".*\[3\].*\[2\]/);
    expect(() => executable.run([backend.upload(Float64Array.of(1, 2), [2])])).toThrow(/f64/);
    backend.free(buffer);
    expect(() => backend.free(buffer)).toThrow(/freed or donated/);
    expect(() => executable.run([buffer])).toThrow(BufferError);
    executable.dispose();
    executable.dispose();
    expect(() => executable.run([backend.upload(f32(1, 2), [2])])).toThrow(DisposedError);
    await expect(
      backend.compile(
        graphOf([[2]], (x) => x),
        { donate: [3] },
      ),
    ).rejects.toThrow(/input 3/);
    await other.dispose();
    await other.dispose();
    expect(() => other.upload(f32(1), [1])).toThrow(DisposedError);
    await expect(other.read(foreign)).rejects.toThrow(DisposedError);
  });

  it('consumes donated inputs', async () => {
    const executable = await backend.compile(
      graphOf([[2], [2]], (a, b) => a.add(b)),
      { donate: [0] },
    );
    const [a, b] = [backend.upload(f32(1, 2), [2]), backend.upload(f32(3, 4), [2])];
    expect(() => executable.run([b, b])).toThrow(/passed twice/);
    const [sum] = executable.run([a, b]);
    expect(await backend.read(sum!)).toEqual([f32(4, 6)]);
    expect(() => executable.run([a, b])).toThrow(/freed or donated/);
    expect(backend.memory().buffers).toBe(2);
  });
});

describe('a failing step', () => {
  it('poisons what derives from it and nothing else', async () => {
    const failing = backendFromKernels(
      { name: 'failing', device: 'host', runtime: 'node' },
      {
        exp: () => {
          throw new Error('out of luck');
        },
      },
    );
    const exp = await failing.compile(graphOf([[1]], (x) => x.exp()));
    const neg = await failing.compile(graphOf([[1]], (x) => x.neg()));
    const x = failing.upload(f32(1), [1]);
    const [bad] = exp.run([x]);
    const [worse] = neg.run([bad!]);
    const [good] = neg.run([x]);
    await expect(failing.read(bad!)).rejects.toThrow(ExecutionError);
    await expect(failing.read(worse!)).rejects.toThrow(/"failing": out of luck/);
    expect(await failing.read(good!)).toEqual([f32(-1)]);
    const add = await failing.compile(graphOf([[1], [1]], (a, b) => a.add(b)));
    const [mixed] = add.run([x, bad!]);
    await expect(failing.read(mixed!)).rejects.toThrow(/out of luck/);
    [x, bad!, worse!, good!, mixed!].forEach((buffer) => failing.free(buffer));
    expect(failing.memory().buffers).toBe(0);
  });
});

describe('reports', () => {
  it('tells kernels of the backend from core’s', async () => {
    const mixed = backendFromKernels(
      { name: 'mixed', device: 'host', runtime: 'node' },
      { neg: (out, [x]) => x!.forEach((value, i) => (out[i] = -value)) },
    );
    const { report } = await mixed.compile(graphOf([[4]], (x) => x.neg().exp()));
    expect(report.steps.map(({ ops, path }) => [ops[0], path])).toEqual([
      ['neg', 'library'],
      ['exp', 'reference'],
    ]);
    expect(report.steps[1]!.reason).toMatch(/no kernel/);
  });

  it('predicts peak memory by liveness', async () => {
    const { report } = await backend.compile(graphOf([[10]], (x) => x.exp().neg().tanh().sum()));
    // x stays, and at most two of the chain's values live beside it.
    expect(report.memory).toMatchObject({ inputs: 40, outputs: 4, peak: 120 });
  });

  it('says how loops run', async () => {
    const loop = await backend.compile(
      graphOf([[]], (x) => scan({ length: 2, carry: [x] }, ([c]) => ({ carry: [c!.mul(2)] })).carry[0]!),
    );
    expect(loop.report.scan).toBe('host');
  });
});

describe('evaluate', () => {
  it('rejects as often as it is asked, and more often than it keeps graphs', async () => {
    const gone = backendFromKernels({ name: 'gone', device: 'host', runtime: 'node' }, {});
    await gone.dispose();
    const all = await Promise.allSettled(Array.from({ length: 70 }, (_, i) => evaluate(gone, (x) => x.add(i), [1])));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    // A rejection that nobody handles would fail this test.
    await new Promise((resolve) => setTimeout(resolve));
  });
});

describe('uploads', () => {
  it.each([[[-1, -1]], [[0.5, 2]], [[NaN]]])('refuse the shape %j', (shape) => {
    expect(() => backend.upload(Float32Array.of(1), shape)).toThrow('lengths of a shape are whole numbers');
  });
});

describe('populations', () => {
  it('run with a leading member axis', async () => {
    const graph = vectorize(
      graphOf([[2], [2]], (a, b) => a.mul(b).sum()),
      3,
      [true, false],
    );
    const executable = await backend.compile(graph);
    const [sums] = executable.run([backend.upload(f32(1, 2, 3, 4, 5, 6), [3, 2]), backend.upload(f32(1, 10), [2])]);
    expect(sums!.shape).toEqual([3]);
    expect(await backend.read(sums!)).toEqual([f32(21, 43, 65)]);
  });
});

describe('evaluate', () => {
  it('computes in f32 or f64 and leaves no buffers', async () => {
    const [f32Result] = await evaluate(backend, (x, y) => x.matmul(y), [[1, 2]], [[3], [4]]);
    expect(f32Result).toEqual({ data: f32(11), shape: [1, 1] });
    const [third] = await evaluateIn('f64', backend, (x) => x.div(3), 1);
    expect(third!.data[0]).toBe(1 / 3);
    expect(backend.memory().buffers).toBe(0);
  });

  it('compiles by structure, not by function', async () => {
    let compiled = 0;
    const counting: Backend = { ...backend, compile: (...args) => (compiled++, backend.compile(...args)) };
    for (let i = 0; i < 3; i++) await evaluate(counting, (x) => x.mul(2), [1, 2]);
    expect(compiled).toBe(1);
    await evaluate(counting, (x) => x.mul(3), [1, 2]);
    expect(compiled).toBe(2);
  });

  it('forgets and disposes what was used longest ago', async () => {
    let live = 0;
    const counting: Backend = {
      ...backend,
      compile: async (...args) => {
        live++;
        const executable = await backend.compile(...args);
        return { ...executable, dispose: () => (live--, executable.dispose()) };
      },
    };
    for (let i = 0; i < 80; i++) await evaluate(counting, (x) => x.mul(i), [1, 2]);
    expect(live).toBe(64);
  });

  it('names what is wrong with an array', async () => {
    await expect(evaluate(backend, (x) => x, [[1, 2], [3]])).rejects.toThrow(DataError);
    await expect(evaluate(backend, (x) => x, [[1, 2], [3]])).rejects.toThrow(/position \[1\] has 1 entries/);
    await expect(evaluate(backend, (x) => x, ['1' as never])).rejects.toThrow(/number at position \[0\]/);
    await expect(evaluate(backend, () => 5 as never, [1])).rejects.toThrow(/must return tensors/);
    await expect(evaluate(backend, (x) => x.add('1' as never), [1])).rejects.toThrow(ArgumentError);
  });

  it('computes graphs without inputs', async () => {
    const [result] = await evaluate(backend, () => constant([1, 2]).mul(2));
    expect(result!.data).toEqual(f32(2, 4));
  });
});

describe('checkContract', () => {
  it('refuses another version and says what to do', () => {
    expect(() => checkContract({ name: 'old', contract: 0 }, 1)).toThrow(BackendUnavailableError);
    expect(() => checkContract({ name: 'old', contract: 0 }, 1)).toThrow(/released together/);
  });
});
