/** `npm test`: everything that can be checked, one line a stage; the last line counts what passed and failed. */
import './lib/require-node.mjs';
import { chdir } from 'node:process';
import { root } from './lib/project.mjs';
import { install, setUpChromium, SetupError } from './lib/setup.mjs';
import { stages } from './lib/stages.mjs';

chdir(root);

const total = { passed: 0, failed: 0 };

try {
  const say = (/** @type {string} */ message) => console.log(message);
  await install(say);
  await setUpChromium(say);
  for (const { name, run } of stages) {
    if (process.stdout.isTTY) process.stdout.write(`...    ${name}\r`);
    const start = performance.now();
    const { passed, failed, output, notes = [] } = await run();
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(26)}${seconds} s`);
    for (const note of notes) console.log(`       ${note}`);
    if (failed > 0) console.log(`\n${output.trim()}\n`);
    total.passed += passed;
    total.failed += failed;
  }
} catch (error) {
  console.log(error instanceof SetupError ? error.message : error);
  total.failed += 1;
}

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
