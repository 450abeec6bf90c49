/** `npm start`: sets everything up and runs the main job, on a machine with nothing but Node and npm. */
import './lib/require-node.mjs';
import { nalu } from './lib/nalu.mjs';

await nalu(['start', ...process.argv.slice(2)]);
