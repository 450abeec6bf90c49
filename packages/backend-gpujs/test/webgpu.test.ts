import { createBackend } from '@nalu/backend-gpujs';
import { scan } from '@nalu/core';
import { trace } from '@nalu/core/graph';
import { expect, it } from 'vitest';
import { loadGpuJs } from '../src/gpujs.ts';
import { loop, loopInputs, loopResults, runLoop, sumsAfter } from './loop.ts';

it('carries and rows of a loop stay on the device, and memory returns to where it was', async () => {
  const { device, results, before, after } = await runLoop('webgpu', 20);
  expect(device).toContain('(gpu.js, webgpu)');
  expect(results).toEqual(new Array(20).fill(loopResults));
  expect(after).toEqual(before);
});

it('refuses a loop whose rows together are larger than an array may be', async () => {
  const backend = await createBackend({ mode: 'webgpu' });
  const graph = trace([{ name: 'x', shape: [2 ** 14] }], (x) => {
    const { ys } = scan({ length: 2 ** 10, carry: [x!] }, ([state]) => ({ carry: [state!], ys: [state!.mul(2)] }));
    return ys;
  });
  await expect(backend.compile(graph)).rejects.toMatchObject({
    code: 'limit',
    message: expect.stringContaining('[1024, 16384] takes 64 MiB, but the device of the backend "gpujs" allows 32 MiB'),
  });
  await backend.dispose();
});

it('a lost device is a typed error, and the next backend works', async () => {
  const [backend, second] = [await createBackend({ mode: 'webgpu' }), await createBackend({ mode: 'webgpu' })];
  const executable = await backend.compile(loop);
  const uploaded = loopInputs(backend);
  const outputs = executable.run(uploaded);
  const { WebGPUContext } = await loadGpuJs();
  const { device } = await WebGPUContext.acquire();
  device.destroy();
  await device.lost;
  await expect(backend.read(...outputs)).rejects.toMatchObject({ code: 'device-lost' });
  expect(() => executable.run(uploaded)).toThrow(/lost its device/);
  expect(() => loopInputs(second)).toThrow(/lost its device/);
  await Promise.all([backend.dispose(), second.dispose()]);
  const next = await createBackend({ mode: 'webgpu' });
  const [last] = await next.read((await next.compile(loop)).run(loopInputs(next))[0]!);
  expect([...last!]).toEqual(sumsAfter(20));
  await next.dispose();
});
