/** `npm run certify`: certifies every backend, in every mode, everywhere, and writes the reports. `-- --help` says more. */
import './lib/require-node.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/project.mjs';
import { setUp, setUpChromium, SetupError } from './lib/setup.mjs';
import { vulkanEnvironment } from './lib/vulkan.mjs';

const say = (/** @type {string} */ message) => console.error(message);

try {
  await setUp(say);
  Object.assign(process.env, vulkanEnvironment(await setUpChromium(say)));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}
await import(pathToFileURL(join(root, 'packages/certification/dist/main.js')).href);
