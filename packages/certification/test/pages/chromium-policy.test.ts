import { certifyPages } from './pages.ts';

certifyPages('chromium-policy', {
  required: true,
  features: { isolated: false, sharedMemory: false, generatedCode: false },
  devices: ['webgpu', 'webgl', 'webgl2'],
});
