import * as tf from '@tensorflow/tfjs-core';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import { globals } from 'webgpu';
import { expect, it } from 'vitest';
import { requestAdapter } from '../src/device/gpu.node.ts';
import { productGraph, runOnce, wave } from './products.ts';

const product = async (): Promise<void> => {
  const backend = await createBackend();
  const graph = productGraph([128, 128], [128, 128]);
  const [result] = await runOnce(backend, graph, [wave(16_384, 1, 0), wave(16_384, 1, 1)]);
  expect(result!.every(Number.isFinite)).toBe(true);
  await backend.dispose();
};

it('registers nothing with tfjs; an application that loads its own afterwards finds it as if this backend were not there', async () => {
  await product();
  expect(tf.engine().backendNames()).toEqual([]);
  expect(tf.getKernelsForBackend('webgpu')).toEqual([]);

  // The application brings WebGPU to Node as the package's page says, and then tfjs.
  const adapters = [await requestAdapter(), await requestAdapter()];
  Object.assign(globalThis, globals);
  const gpu = { requestAdapter: async () => adapters.pop() };
  const navigator = { gpu, userAgent: 'node', hardwareConcurrency: 2 };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  await import('@tensorflow/tfjs-backend-webgpu');
  expect(tf.engine().backendNames()).toEqual(['webgpu']);
  await tf.setBackend('webgpu');
  const theirs = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const square = async (): Promise<readonly number[]> => [...(await tf.tidy(() => tf.add(tf.matMul(theirs, theirs), 1)).data())];
  expect(await square()).toEqual([8, 11, 16, 23]);

  // Both side by side: their backend, kernels, tensors and flags stay as they are.
  const state = (): unknown => ({
    backend: tf.getBackend(),
    names: tf.engine().backendNames(),
    kernels: tf.getKernelsForBackend('webgpu').length,
    memory: tf.memory().numTensors,
  });
  const before = state();
  await product();
  expect(state()).toEqual(before);
  expect(await square()).toEqual([8, 11, 16, 23]);
});
