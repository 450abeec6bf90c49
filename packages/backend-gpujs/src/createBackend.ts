import type { Backend } from '@nalu/core';
import { deviceBackend } from '@nalu/core/backend';
import { loadGpuJs, type WebGpuContext } from './gpujs.ts';
import { hostEngine } from './engines/host.ts';
import { webGpuEngine } from './engines/webgpu.ts';
import { javascript } from './dialects/javascript.ts';
import { webassembly } from './dialects/webassembly.ts';
import { machineOf } from './machine.ts';

export const createBackend = async ({ mode }: { mode: 'cpu' | 'webasm' | 'webgpu' }): Promise<Backend> => {
  const { GPU, WebGPUContext } = await loadGpuJs();
  if (mode === 'webgpu') {
    if (globalThis.navigator?.gpu === undefined) {
      const { create } = await import('webgpu');
      Object.assign(globalThis, { navigator: { gpu: create([]) } });
    }
    return deviceBackend(machineOf(webGpuEngine(new GPU({ mode }), (await WebGPUContext.acquire()) as WebGpuContext)));
  }
  return deviceBackend(
    machineOf(
      hostEngine(new GPU({ mode }), {
        mode,
        dialect: mode === 'cpu' ? javascript : webassembly,
        device: mode === 'cpu' ? 'CPU (gpu.js, JavaScript)' : 'CPU (gpu.js, WebAssembly)',
        simd: mode === 'webasm',
      }),
    ),
  );
};
