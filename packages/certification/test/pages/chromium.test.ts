import { isForSecondBrowser } from '../secondBrowser.ts';
import { certifyPages } from './pages.ts';

certifyPages('chromium', {
  required: true,
  features: { isolated: true, sharedMemory: true, generatedCode: true },
  devices: ['webgpu', 'webgl', 'webgl2'],
  rows: isForSecondBrowser,
});
