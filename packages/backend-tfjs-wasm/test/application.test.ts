import * as tf from '@tensorflow/tfjs-core';
import * as tfjsWasm from '@tensorflow/tfjs-backend-wasm';
import { trace } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-wasm';
import { expect, it } from 'vitest';

it("works beside an application's own tfjs: its backend, tensors and heap stay as they are", async () => {
  expect(tfjsWasm.version_wasm).toBe('4.22.0');
  await tf.setBackend('wasm');
  const theirs = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const before = { backend: tf.getBackend(), registered: tf.engine().backendNames(), memory: tf.memory() };
  const backend = await createBackend();
  const executable = await backend.compile(trace([{ name: 'x', shape: [32, 32] }], (x) => [x.matmul(x)]));
  const input = backend.upload(new Float32Array(1024).fill(2), [32, 32]);
  const [output] = executable.run([input]);
  expect((await backend.read(output!))[0]!.every((value) => value === 128)).toBe(true);
  expect({ backend: tf.getBackend(), registered: tf.engine().backendNames(), memory: tf.memory() }).toEqual(before);
  expect([...tf.matMul(theirs, theirs).dataSync()]).toEqual([7, 10, 15, 22]);
  await backend.dispose();
  expect([...tf.matMul(theirs, theirs).dataSync()]).toEqual([7, 10, 15, 22]);
});
