/** Adapters whose devices allow as many storages in one kernel as the adapter does; gpu.js would ask for the least, eight. */
const withAllStorages = (adapter: GPUAdapter): GPUAdapter => {
  const { maxStorageBuffersPerShaderStage } = adapter.limits;
  return {
    limits: adapter.limits,
    info: adapter.info,
    requestDevice: ({ requiredLimits }: GPUDeviceDescriptor) =>
      adapter.requestDevice({ requiredLimits: { ...requiredLimits, maxStorageBuffersPerShaderStage } }),
  } as unknown as GPUAdapter;
};

const generous = (gpu: GPU): GPU =>
  ({
    requestAdapter: async () => {
      const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
      return adapter === null ? null : withAllStorages(adapter);
    },
  }) as unknown as GPU;

/** Runs `f` while `navigator.gpu` is this one, which is where gpu.js looks for WebGPU. Node has none. */
export const withNavigator = <T>(gpu: GPU, f: () => T): T => {
  const host = globalThis as { navigator?: object };
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const navigator = host.navigator === undefined ? {} : Object.create(host.navigator);
  Object.defineProperty(navigator, 'gpu', { value: generous(gpu) });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  try {
    return f();
  } finally {
    if (before === undefined) delete host.navigator;
    else Object.defineProperty(globalThis, 'navigator', before);
  }
};
