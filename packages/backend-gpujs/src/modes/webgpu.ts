import { findGpu } from '#gpu';
import { webGpuEngine } from '../engines/webgpu.ts';
import { messageOf, unavailable } from '../errors.ts';
import type { GpuJs, WebGpuContext } from '../gpujs.ts';
import { backendOf } from '../machine.ts';
import { withNavigator } from '../webgpu/withNavigator.ts';
import type { Start } from './mode.ts';

/** The device that all kernels of gpu.js in a page share. */
const contextOf = async ({ WebGPUContext }: GpuJs, gpu: GPU): Promise<WebGpuContext> => {
  try {
    return await withNavigator(gpu, () => WebGPUContext.acquire());
  } catch (error) {
    const message = messageOf(error);
    throw unavailable(
      /no adapter/.test(message)
        ? 'mode "webgpu" finds no adapter: there is no GPU here that WebGPU could use.'
        : `mode "webgpu" gets no device: ${message}.`,
      'Check the graphics driver, or use mode "webgl2", "webasm" or "cpu". Without a GPU, Chromium started with --enable-unsafe-webgpu imitates one, and so does Node on Linux where Chromium is installed (elsewhere than in /usr/lib/chromium: VK_ICD_FILENAMES=<its folder>/vk_swiftshader_icd.json).',
      error,
    );
  }
};

export const startWebgpu: Start = async (gpujs) => {
  const gpu = await findGpu();
  const context = await contextOf(gpujs, gpu);
  return backendOf(
    webGpuEngine(
      withNavigator(gpu, () => new gpujs.GPU({ mode: 'webgpu' })),
      context,
    ),
  );
};
