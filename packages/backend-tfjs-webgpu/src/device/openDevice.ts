import { DeviceLostError, ExecutionError } from '@nalu/core';
import { BACKEND, messageOf, unavailable } from './errors.ts';

/** A device with what this backend knows about it. */
export interface OpenDevice {
  readonly device: GPUDevice;
  /** For people: `google swiftshader (software)`. */
  readonly label: string;
  readonly software: boolean;
  /** Whether the device is the caller's, and is left open. */
  readonly borrowed: boolean;
  /** Why the device is gone, once it is. */
  failure(): Error | undefined;
  /** Resolves when the device is gone. */
  readonly gone: Promise<void>;
  /** An error that the device reported of its own accord since the last call. A borrowed device reports to its owner. */
  takeReport(): Error | undefined;
}

/** What kernels need of a device; every WebGPU implementation offers it. */
const NEEDED = {
  maxStorageBuffersPerShaderStage: 4,
  maxComputeInvocationsPerWorkgroup: 64,
  maxComputeWorkgroupSizeX: 64,
  maxDynamicUniformBuffersPerPipelineLayout: 8,
  maxComputeWorkgroupStorageSize: 16_384,
} as const;

type LimitName = keyof typeof NEEDED;

const assertLimits = (limits: GPUSupportedLimits, whose: string): void => {
  const short = (Object.keys(NEEDED) as LimitName[]).filter((name) => !((limits[name] ?? 0) >= NEEDED[name]));
  if (short.length === 0) return;
  throw unavailable(
    `${whose} allows too little: ${short.map((name) => `${name} is ${limits[name] ?? 'missing'} and must be at least ${NEEDED[name]}`).join(', ')}.`,
    'Use another GPU or driver, or another backend (js, tfjs-wasm, gpujs).',
  );
};

/** The names are properties of the prototype, so Object.keys does not see them. */
const allLimits = (limits: GPUSupportedLimits): Record<string, number> => {
  const all: Record<string, number> = {};
  for (const name in limits) {
    const value = (limits as unknown as Record<string, unknown>)[name];
    if (typeof value === 'number') all[name] = value;
  }
  return all;
};

const isSoftware = (info: GPUAdapterInfo | undefined): boolean =>
  info?.isFallbackAdapter === true ||
  /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${info?.architecture} ${info?.description} ${info?.device}`);

const labelOf = (info: GPUAdapterInfo | undefined): string => {
  const known = [info?.vendor, info?.architecture, info?.description].filter((part) => part !== undefined && part !== '');
  const name = known.length > 0 ? [...new Set(known)].join(' ') : 'a GPU';
  return isSoftware(info) ? `${name} (software)` : name;
};

/** Drivers report some failures of commands (too little memory, say) only to whoever listens. */
const reports = (device: GPUDevice): Pick<OpenDevice, 'takeReport'> => {
  let report: Error | undefined;
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    report ??= new ExecutionError(`The device of the backend "${BACKEND}" reports: ${event.error.message}`);
  });
  return {
    takeReport: () => {
      const taken = report;
      report = undefined;
      return taken;
    },
  };
};

const watch = (device: GPUDevice): Pick<OpenDevice, 'failure' | 'gone'> => {
  let failure: Error | undefined;
  const wait = async (): Promise<void> => {
    const { reason, message } = await device.lost;
    const why = reason === 'destroyed' ? 'it was destroyed.' : (message || 'the driver gives no reason').replace(/\.?$/, '.');
    failure = new DeviceLostError(BACKEND, why);
  };
  return { failure: () => failure, gone: wait() };
};

const opened = (device: GPUDevice, info: GPUAdapterInfo | undefined, borrowed: boolean): OpenDevice => ({
  device,
  label: labelOf(info),
  software: isSoftware(info),
  borrowed,
  ...watch(device),
  ...(borrowed ? { takeReport: () => undefined } : reports(device)),
});

/** What tells how long the device itself computed, where an adapter has it. */
const CLOCK: readonly GPUFeatureName[] = ['timestamp-query'];

/** A device of the adapter with every limit that it offers. */
export const openDevice = async (adapter: GPUAdapter): Promise<OpenDevice> => {
  assertLimits(adapter.limits, 'the adapter');
  const requiredFeatures = CLOCK.filter((feature) => adapter.features.has(feature));
  try {
    const device = await adapter.requestDevice({ label: 'nalu', requiredLimits: allLimits(adapter.limits), requiredFeatures });
    return opened(device, adapter.info, false);
  } catch (error) {
    throw unavailable(
      `the adapter gave no device: ${messageOf(error)}.`,
      'Close other pages that use the GPU, update the graphics driver, or use another backend (js, tfjs-wasm, gpujs).',
      error,
    );
  }
};

/** A device of the caller's, which stays the caller's. */
export const borrowDevice = (device: GPUDevice): OpenDevice => {
  assertLimits(device.limits, 'the given device');
  return opened(device, device.adapterInfo, true);
};
