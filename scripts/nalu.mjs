/** `npm run -s nalu -- ...`: the `nalu` command of this checkout, built when its sources have changed. */
import './lib/require-node.mjs';
import { nalu } from './lib/nalu.mjs';

// npm runs scripts in the root; file names in the arguments are meant from where the command was typed.
if (process.env.npm_lifecycle_event === 'nalu' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

await nalu(process.argv.slice(2));
