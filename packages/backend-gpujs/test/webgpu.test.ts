import { createBackend } from '@nalu/backend-gpujs';
import { expect, it } from 'vitest';
import { loadGpuJs } from '../src/gpujs.ts';
import { loop, loopInputs, sumsAfter } from './loop.ts';

it('carries and rows of a loop stay on the device, and memory returns to where it was', async () => {
  const backend = await createBackend({ mode: 'webgpu' });
  expect(backend.info.device).toContain('(gpu.js, webgpu)');
  const executable = await backend.compile(loop);
  const uploaded = loopInputs(backend);
  const before = backend.memory();
  for (let run = 0; run < 20; run++) {
    const outputs = executable.run(uploaded);
    const [last, sums, steps] = await backend.read(...outputs);
    expect([...last!]).toEqual(sumsAfter(20));
    expect([...sums!]).toEqual(Array.from({ length: 10 }, (_, i) => sumsAfter(2 * i + 2)).flat());
    expect([...steps!]).toEqual(Array.from({ length: 10 }, (_, i) => 2 * i + 3));
    outputs.forEach((buffer) => backend.free(buffer));
  }
  expect(backend.memory()).toEqual(before);
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
