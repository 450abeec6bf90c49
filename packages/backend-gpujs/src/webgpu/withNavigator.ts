/** Runs `f` while `navigator.gpu` is there, which is where gpu.js looks for WebGPU. Node has it not, and soon after not again. */
export const withNavigator = <T>(gpu: GPU, f: () => T): T => {
  const host = globalThis as { navigator?: { gpu?: GPU } };
  if (host.navigator?.gpu !== undefined) return f();
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    return f();
  } finally {
    if (before === undefined) delete host.navigator;
    else Object.defineProperty(globalThis, 'navigator', before);
  }
};
