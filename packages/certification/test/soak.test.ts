import { expect, it } from 'vitest';
import type { Backend, DeviceBuffer } from '@nalu/core/backend';
import { createBackend } from '@nalu/backend-js';
import { complaintsAboutSoak } from '../src/certify/soakComplaints.ts';
import { soak, type Mark, type Soak } from '../src/run/soak.ts';

const soaked = async (backend: Backend): Promise<Soak> => {
  const result = await soak(backend, { steps: 100, gpuObjects: { live: () => null }, onMark: async () => {} });
  await backend.dispose();
  return result;
};

it('trains, marks ten times, and finds nothing left behind', async () => {
  const result = await soaked(await createBackend());
  expect(result.marks.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(complaintsAboutSoak(result, [])).toEqual([]);
});

it('finds a buffer that is never freed', async () => {
  const backend = await createBackend();
  let kept: DeviceBuffer | undefined;
  const forgetful: Backend = {
    ...backend,
    free: (buffer) => {
      if (kept === undefined) kept = buffer;
      else backend.free(buffer);
    },
  };
  expect(complaintsAboutSoak(await soaked(forgetful), [])).toEqual([expect.stringContaining('memory() should be back at')]);
});

it('finds objects of the GPU and processes that grow', () => {
  const memory = { buffers: 0, bytes: 0, working: 0 };
  const marks: Mark[] = [
    { step: 10, gpuObjects: 5 },
    { step: 100, gpuObjects: 6 },
  ];
  const result: Soak = { steps: 100, before: memory, after: memory, marks, milliseconds: 1 };
  const grows = [
    { step: 10, mebibytes: { 'gpu-process': 100, renderer: 100 } },
    { step: 100, mebibytes: { 'gpu-process': 150, renderer: 150 } },
  ];
  expect(complaintsAboutSoak(result, grows)).toEqual([
    'After 100 steps 6 objects of the GPU are alive; after 10 it were 5.',
    'The gpu-process grew by 50.0 MiB between step 10 and 100.',
  ]);
});
