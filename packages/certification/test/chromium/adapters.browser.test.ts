import { expect, it } from 'vitest';
import { assets } from '../../page/assets.ts';
import { creatorOf } from '../../src/backends.ts';
import { featuresHere } from '../../src/run/features.ts';
import type { Feature } from '../../src/table/row.ts';
import { table, titleOf } from '../../src/table/table.ts';

const { devices } = await featuresHere();

/** What a row of Chromium computes on, by its backend and mode; absent: the CPU. */
const deviceOf: { readonly [title: string]: Feature } = {
  'tfjs-webgpu': 'webgpu',
  'gpujs, mode webgpu': 'webgpu',
  'gpujs, mode webgl2': 'webgl2',
  'gpujs, mode webgl': 'webgl',
};

const software = /swiftshader|llvmpipe|lavapipe|software/i;

it.each(table.filter(({ place }) => place === 'chromium'))('$id computes on what it should, and says so', async (row) => {
  const backend = await (await creatorOf(row, assets))();
  const { device, softwareAdapter } = backend.info;
  await backend.dispose();
  const feature = deviceOf[titleOf(row)];
  const name = feature === undefined ? 'CPU' : devices[feature]!;
  expect(softwareAdapter).toBe(software.test(name));
  expect(device.startsWith('CPU')).toBe(feature === undefined);
  expect(software.test(device)).toBe(software.test(name));
});
