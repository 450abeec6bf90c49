import * as tf from '@tensorflow/tfjs-core';
import { createBackend } from '@nalu/backend-tfjs-wasm';
import { expect, it } from 'vitest';

it('registers nothing with tfjs: an application that has only other backends keeps its default', async () => {
  await (await createBackend()).dispose();
  expect(tf.engine().backendNames()).toEqual([]);
});
