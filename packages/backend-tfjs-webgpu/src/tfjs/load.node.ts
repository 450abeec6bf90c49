import { createRequire } from 'node:module';
import type * as TfjsCore from '@tensorflow/tfjs-core';
import type * as TfjsWebgpu from '@tensorflow/tfjs-backend-webgpu';
import type { Tfjs } from './tfjs.ts';

const PACKAGE = '@tensorflow/tfjs-backend-webgpu';
const NAME = 'webgpu';

/**
 * Loads the package and takes back at once what it registers, all without giving way to other code: kernels, and a backend
 * where there is a navigator.gpu. The module is forgotten as well, so that an application which loads it later gets a copy
 * that registers itself. An application that has loaded it before shares its copy, and nothing is registered.
 */
export const loadTfjs = async (): Promise<Tfjs> => {
  const require = createRequire(import.meta.url);
  const path = require.resolve(PACKAGE);
  const core = createRequire(path)('@tensorflow/tfjs-core') as typeof TfjsCore;
  const isShared = require.cache[path] !== undefined;
  const theirs = isShared ? [] : core.getKernelsForBackend(NAME);
  const hadBackend = core.engine().backendNames().includes(NAME);
  for (const { kernelName } of theirs) core.unregisterKernel(kernelName, NAME);
  const { WebGPUBackend } = require(path) as typeof TfjsWebgpu;
  const batchMatMul = core.getKernel('BatchMatMul', NAME).kernelFunc;
  if (!isShared) {
    for (const { kernelName } of core.getKernelsForBackend(NAME)) core.unregisterKernel(kernelName, NAME);
    for (const kernel of theirs) core.registerKernel(kernel);
    if (!hadBackend && core.engine().backendNames().includes(NAME)) core.removeBackend(NAME);
    delete require.cache[path];
  }
  return { env: core.env, WebGPUBackend, batchMatMul };
};
