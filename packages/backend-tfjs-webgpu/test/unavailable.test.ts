import { BackendUnavailableError } from '@nalu/core';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as browser from '../src/device/gpu.browser.ts';
import { borrowDevice } from '../src/device/openDevice.ts';

/** What rejects. */
const refusal = async (f: () => unknown): Promise<BackendUnavailableError> => {
  try {
    await f();
  } catch (error) {
    expect(error).toBeInstanceOf(BackendUnavailableError);
    return error as BackendUnavailableError;
  }
  throw new Error('Nothing was thrown.');
};

const withNavigator = (navigator: unknown): void => {
  vi.stubGlobal('navigator', navigator);
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.doUnmock('webgpu');
});

describe('in a browser', () => {
  it('without WebGPU', async () => {
    withNavigator({ userAgent: 'old' });
    expect((await refusal(browser.requestAdapter)).message).toMatch(/no WebGPU \(navigator\.gpu\).*Chrome and Edge 113/);
  });

  it('in a page that is no secure context', async () => {
    withNavigator({ userAgent: 'new' });
    vi.stubGlobal('isSecureContext', false);
    expect((await refusal(browser.requestAdapter)).message).toMatch(/no secure context.*HTTPS or from localhost/);
  });

  it('without an adapter', async () => {
    withNavigator({ gpu: { requestAdapter: async () => null } });
    expect((await refusal(browser.requestAdapter)).message).toMatch(/finds no adapter.*chrome:\/\/gpu/);
  });

  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36', 'Chrome 156'],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0',
      'Edge 156',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox 150'],
    ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15', 'Safari 26'],
    ['something else', 'something else'],
  ])('is named: %s', (userAgent, name) => {
    withNavigator({ userAgent });
    expect(browser.runtimeName()).toBe(name);
  });
});

describe('in Node', () => {
  it('without a driver: the drivers that the environment names are the only ones', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/no/such/driver.json');
    vi.stubEnv('VK_DRIVER_FILES', '/no/such/driver.json');
    const error = await refusal(createBackend);
    expect(error.message).toMatch(/no adapter was found/);
    expect(error.remedy).toMatch(/js, tfjs-wasm/);
  });

  it('without the package webgpu', async () => {
    vi.resetModules();
    vi.doMock('webgpu', () => {
      throw Object.assign(new Error("Cannot find package 'webgpu'"), { code: 'ERR_MODULE_NOT_FOUND' });
    });
    const { requestAdapter } = await import('../src/device/gpu.node.ts');
    await expect(requestAdapter()).rejects.toThrow(/the package "webgpu" \(Dawn\).*npm install webgpu/s);
  });
});

describe('limits', () => {
  const limits = {
    maxStorageBuffersPerShaderStage: 8,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxDynamicUniformBuffersPerPipelineLayout: 8,
    maxComputeWorkgroupStorageSize: 16_384,
  };

  it('of an adapter that are too small are named, each with what is needed', async () => {
    const small = { ...limits, maxStorageBuffersPerShaderStage: 0, maxComputeInvocationsPerWorkgroup: 32 };
    withNavigator({ gpu: { requestAdapter: async () => ({ limits: small }) } });
    const { message } = await refusal(createBackend);
    expect(message).toMatch(/the adapter allows too little: maxStorageBuffersPerShaderStage is 0 and must be at least 4/);
    expect(message).toMatch(/maxComputeInvocationsPerWorkgroup is 32 and must be at least 64/);
    expect(message).not.toMatch(/maxComputeWorkgroupSizeX/);
  });

  it('of a given device too', async () => {
    const device = { limits: { ...limits, maxComputeWorkgroupStorageSize: 1024 } } as unknown as GPUDevice;
    expect((await refusal(() => borrowDevice(device))).message).toMatch(/the given device allows too little.*16384/);
  });

  it('an adapter that gives no device: its reason is passed on', async () => {
    const cause = new Error('the GPU is busy');
    const adapter = { limits, features: new Set<string>(), requestDevice: () => Promise.reject(cause) };
    withNavigator({ gpu: { requestAdapter: async () => adapter } });
    const error = await refusal(createBackend);
    expect(error.message).toMatch(/gave no device: the GPU is busy/);
    expect(error.cause).toBe(cause);
  });
});
