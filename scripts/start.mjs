/** `npm start`: sets everything up and runs the main job, on a machine with nothing but Node and npm. */
import './lib/require-node.mjs';
import { join } from 'node:path';
import { nalu } from './lib/nalu.mjs';
import { root } from './lib/project.mjs';

await nalu(['start', '--app', join(root, 'apps/bench/dist'), ...process.argv.slice(2)]);
