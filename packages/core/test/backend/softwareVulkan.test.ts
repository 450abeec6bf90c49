import { expect, it } from 'vitest';
import { softwareVulkan } from '../../src/backend/softwareVulkan.ts';

const CHROME = '/opt/google/chrome/vk_swiftshader_icd.json';
const machine = (files: readonly string[], env: Readonly<Record<string, string>> = {}, platform = 'linux') => ({
  platform,
  env,
  exists: (path: string) => files.includes(path),
  temporary: '/tmp',
});

it('takes SwiftShader from an installed browser, and says whether there is a GPU besides', () => {
  const variables = { VK_ICD_FILENAMES: CHROME, XDG_RUNTIME_DIR: '/tmp' };
  expect(softwareVulkan(machine([CHROME]))).toEqual({ variables, isOnlyChoice: true });
  expect(softwareVulkan(machine([CHROME, '/dev/dri']))).toEqual({ variables, isOnlyChoice: false });
  expect(softwareVulkan(machine([CHROME], { XDG_RUNTIME_DIR: '/run/user/7' }))!.variables['XDG_RUNTIME_DIR']).toBe('/run/user/7');
});

it('leaves machines alone that have no browser, another system, or a driver that somebody chose', () => {
  expect(softwareVulkan(machine([]))).toBeUndefined();
  expect(softwareVulkan(machine([CHROME], {}, 'darwin'))).toBeUndefined();
  expect(softwareVulkan(machine([CHROME], { VK_ICD_FILENAMES: '/mine.json' }))).toBeUndefined();
  expect(softwareVulkan(machine([CHROME], { VK_DRIVER_FILES: '/mine.json' }))).toBeUndefined();
});
