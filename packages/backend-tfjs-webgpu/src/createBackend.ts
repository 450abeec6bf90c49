import type { Backend } from '@nalu/core';
import { checkOptionNames, CONTRACT_VERSION, deviceBackend } from '@nalu/core/backend';
import { requestAdapter, runtimeName } from '#gpu';
import { BACKEND } from './device/errors.ts';
import { borrowDevice, openDevice } from './device/openDevice.ts';
import { machineOn } from './run/machine.ts';

export interface TfjsWebgpuOptions {
  /**
   * A device of the caller's, with whatever limits and features it was requested with. It is not destroyed with the backend.
   * Default: a device of the backend's own, with every limit that the adapter offers.
   */
  readonly device?: GPUDevice;
}

/**
 * A backend on WebGPU: generated WGSL, and large matrix products by TensorFlow.js. f32. Browsers, and Node with the npm
 * package `webgpu`.
 *
 * @throws BackendUnavailableError when there is no WebGPU, no adapter, or a device with too small limits.
 */
export const createBackend = async (options: TfjsWebgpuOptions = {}): Promise<Backend> => {
  const { device } = checkOptionNames('createBackend of tfjs-webgpu', options, { device: true });
  const opened = device === undefined ? await openDevice(await requestAdapter()) : borrowDevice(device);
  return deviceBackend(
    machineOn(opened, {
      name: BACKEND,
      contract: CONTRACT_VERSION,
      device: opened.label,
      runtime: runtimeName(),
      versions: { '@tensorflow/tfjs-backend-webgpu': '4.22.0' },
      precisions: ['f32'],
      simd: false,
      threads: 1,
      softwareAdapter: opened.software,
      scan: 'native',
      random: 'native',
      paths: ['fused', 'library'],
    }),
  );
};
