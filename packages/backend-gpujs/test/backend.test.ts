import { BackendUnavailableError, concat, constant, scan, type Backend } from '@nalu/core';
import { trace } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-gpujs';
import { describe, expect, it } from 'vitest';
import { javascript } from '../src/dialects/javascript.ts';
import { hostEngine } from '../src/engines/host.ts';
import { checkMode } from '../src/engines/kernelSettings.ts';
import { loadGpuJs } from '../src/gpujs.ts';
import { backendOf } from '../src/machine.ts';

const withBackend = async (mode: 'cpu' | 'webasm', use: (backend: Backend) => Promise<void>): Promise<void> => {
  const backend = await createBackend({ mode });
  try {
    await use(backend);
  } finally {
    await backend.dispose();
  }
};

describe.each(['cpu', 'webasm'] as const)('mode %s', (mode) => {
  it('says so', () =>
    withBackend(mode, async ({ info }) => {
      expect(info.name).toBe('gpujs');
      expect(info.device).toBe(`CPU (gpu.js, generated ${mode === 'cpu' ? 'JavaScript' : 'WebAssembly'})`);
      expect(info.versions).toEqual({ 'gpu.js': '2.24.1' });
    }));

  it('runs a loop without reading back: Fibonacci numbers as carries and as stacked outputs', () =>
    withBackend(mode, async (backend) => {
      const graph = trace([{ name: 'first', shape: [2] }], (first) => {
        const { carry, ys } = scan({ length: 20, carry: [first] }, ([pair]) => {
          const [a, b] = [pair!.slice([0], [1]), pair!.slice([1], [2])];
          return { carry: [concat([b, a.add(b)], 0)], ys: [a] };
        });
        return [carry[0]!, ys[0]!];
      });
      const executable = await backend.compile(graph);
      const [last, all] = await backend.read(...executable.run([backend.upload(Float32Array.of(0, 1), [2])]));
      const expected = [0, 1];
      while (expected.length < 22) expected.push(expected.at(-1)! + expected.at(-2)!);
      expect([...all!]).toEqual(expected.slice(0, 20));
      expect([...last!]).toEqual(expected.slice(20));
      expect(executable.report.scan).toBe('host');
    }));

  it('runs a loop over nothing that starts from a constant', () =>
    withBackend(mode, async (backend) => {
      const graph = trace([{ name: 'x', shape: [2, 0] }], (x) => {
        const carry = [constant(1).broadcastTo([0])];
        return scan({ length: 2, carry, xs: [x] }, ([sum], [row]) => ({ carry: [sum!.add(row!)] })).carry;
      });
      const executable = await backend.compile(graph);
      const [sum] = await backend.read(...executable.run([backend.upload(new Float32Array(0), [2, 0])]));
      expect([...sum!]).toEqual([]);
    }));

  it('sums more numbers than gpu.js runs of a loop whose bound is no literal', () =>
    withBackend(mode, async (backend) => {
      const executable = await backend.compile(trace([{ name: 'x', shape: [2, 3000] }], (x) => [x.sum(1)]));
      const [sums] = await backend.read(...executable.run([backend.upload(new Float32Array(6000).fill(2), [2, 3000])]));
      expect([...sums!]).toEqual([6000, 6000]);
    }));
});

it('notices that gpu.js falls back to another mode', async () => {
  const { GPU } = await loadGpuJs();
  const gpu = new GPU({ mode: 'webasm' });
  const make = (type: string) =>
    gpu.createKernel('function () { return this.constants.c[this.thread.x]; }', {
      output: [2],
      argumentTypes: {},
      constants: { c: Float32Array.of(1, 2) },
      constantTypes: { c: type },
    });
  const [good, bad] = [make('Array'), make('ArrayTexture(1)')];
  for (const kernel of [good, bad]) expect(kernel()).toEqual(Float32Array.of(1, 2));
  expect(() => checkMode(good, gpu)).not.toThrow();
  expect(() => checkMode(bad, gpu)).toThrow(
    /asked for its mode "webasm", but would run a kernel in its mode "cpu": constant "c" of type ArrayTexture/,
  );
  await gpu.destroy();
});

it('refuses tensors and kernels that are larger than the device allows, and says how large', async () => {
  const { GPU } = await loadGpuJs();
  const gpu = new GPU({ mode: 'cpu' });
  const small = { ...hostEngine(gpu, { dialect: javascript, device: '', simd: false, dispatch: 500 }), maxElements: 1000 };
  const backend = backendOf(small);
  expect(() => backend.upload(new Float32Array(2000), [20, 100])).toThrow(/\[20, 100\].*7\.81 KiB.*allows 3\.91 KiB/);
  const outer = trace([{ name: 'x', shape: [40] }], (x) => [x.reshape([40, 1]).mul(x)]);
  await expect(backend.compile(outer)).rejects.toMatchObject({ code: 'limit' });
  expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
  await backend.dispose();
});

describe('where it cannot run', () => {
  it('names the modes that there are', async () => {
    await expect(createBackend({ mode: 'metal' as 'cpu' })).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringMatching(/"auto", "webgpu", "webgl2", "webgl", "webasm", "cpu".*"metal"/),
    });
  });

  it.each(['webgl2', 'webgl'] as const)('says that Node has no %s', async (mode) => {
    const error = await createBackend({ mode }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect((error as BackendUnavailableError).reason).toContain(`mode "${mode}" needs WebGL`);
    expect((error as BackendUnavailableError).remedy).toContain('"webasm"');
  });

  it('says that there is no WebAssembly', async () => {
    const saved = globalThis.WebAssembly;
    Reflect.deleteProperty(globalThis, 'WebAssembly');
    try {
      await expect(createBackend({ mode: 'webasm' })).rejects.toThrow(/WebAssembly, which is missing/);
    } finally {
      globalThis.WebAssembly = saved;
    }
  });

  it('says that a security policy forbids what a mode is made of', async () => {
    const [{ Module }, saved] = [WebAssembly, globalThis.Function];
    const forbid = (): never => {
      throw new EvalError('blocked by CSP');
    };
    try {
      WebAssembly.Module = forbid as unknown as typeof Module;
      await expect(createBackend({ mode: 'webasm' })).rejects.toThrow(/forbids.*wasm-unsafe-eval/s);
      globalThis.Function = forbid as unknown as FunctionConstructor;
      await expect(createBackend({ mode: 'cpu' })).rejects.toThrow(/forbids generated code.*unsafe-eval/s);
    } finally {
      WebAssembly.Module = Module;
      globalThis.Function = saved;
    }
  });
});
