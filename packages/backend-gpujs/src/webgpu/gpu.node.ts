import { messageOf, unavailable } from '../errors.ts';

interface Dawn {
  create(options: readonly string[]): GPU;
}

/** Devices do not keep the instance of Dawn alive that they come from. */
let instance: GPU | undefined;

/** The runtime's own WebGPU, or that of the npm package `webgpu` (Dawn). */
export const findGpu = async (): Promise<GPU> => {
  const own = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu ?? instance;
  if (own !== undefined) return own;
  try {
    const { create } = (await import('webgpu')) as unknown as Dawn;
    return (instance = create([]));
  } catch (error) {
    throw unavailable(
      `mode "webgpu" needs WebGPU, which Node has not, and the package "webgpu" (Dawn) could not be loaded: ${messageOf(error)}.`,
      'Install webgpu 0.6.2 beside this package (npm install webgpu), or use mode "webasm" or "cpu".',
      error,
    );
  }
};
