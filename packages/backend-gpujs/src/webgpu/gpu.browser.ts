import { unavailable } from '../errors.ts';

/** The browser's own WebGPU. */
export const findGpu = async (): Promise<GPU> => {
  const { navigator, isSecureContext } = globalThis as { navigator?: { gpu?: GPU }; isSecureContext?: boolean };
  if (navigator?.gpu !== undefined) return navigator.gpu;
  if (isSecureContext === false) {
    throw unavailable(
      'mode "webgpu" needs WebGPU (navigator.gpu), which browsers offer in secure contexts only.',
      'Serve the page over HTTPS or from localhost, or use mode "webgl2".',
    );
  }
  throw unavailable(
    'mode "webgpu" needs WebGPU (navigator.gpu), which this browser has not.',
    'Use a browser with WebGPU, or mode "webgl2".',
  );
};
