/** Writes docs/numerics.md from the op table; with `--check` it only compares, and fails when the page is out of date. */
import './lib/require-node.mjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/project.mjs';

const page = join(root, 'docs/numerics.md');
const { ops, opKindTitles, opNames, showSpecial, showTolerance } = await import(
  pathToFileURL(join(root, 'packages/core/dist/graph.js')).href
);

const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|').replaceAll('\\\\|', '\\|');

const row = (/** @type {string} */ name) => {
  const { formula, derivative, numerics } = ops[name];
  const texts = [formula, showTolerance(numerics.tolerance), showSpecial(numerics), derivative];
  return `| \`${name}\` | ${texts.map(cell).join(' | ')} |`;
};

const section = (/** @type {string} */ kind) => {
  const names = opNames.filter((/** @type {string} */ name) => ops[name].kind === kind);
  return `## ${opKindTitles[kind]}\n\n| op | formula | tolerance | special values | derivative |\n| --- | --- | --- | --- | --- |\n${names.map(row).join('\n')}\n`;
};

const text = `# Numerics

This page is generated from the op table (\`packages/core/src/ops\`) by \`node scripts/numerics.mjs\`; \`npm test\` checks that
it is up to date.

The contract that every backend is certified against, in single precision:

- **Elementwise ops**: at most the stated number of units in the last place (ulp) from the f64 oracle, evaluated at the same
  f32 inputs. "Exact" means the correctly rounded result.
- **Contractions** (sums, matmul): |error| ≤ γₙ Σ|terms|, with γₙ = n·u/(1 − n·u), u = 2⁻²⁴ and n the number of terms.
- **Products** of n factors: at most n ulp.
- **Special values**: NaN propagates through min, max and clamp; \`round\` is ties to even; signs of zeros are kept where the
  table says so.
- **Denormal numbers** (below 1.2·10⁻³⁸) may count as 0, as arguments and as results: processors' vector units and GPUs do so.
  Counted in units of the smallest number, 1.4·10⁻⁴⁵, such a result is off by up to 2²³ of them: the 954,000 ulp of \`pow\` on
  tfjs-wasm are 0 for (4·10⁻⁴⁴)^0.9 = 1.3·10⁻³⁹.
- **Random numbers** are bit-identical everywhere: Threefry-2x32 with 20 rounds, (bits >>> 8)·2⁻²⁴.
- **On one backend, version, device and path** results are bit-equal for any population size and chunk length. **Across
  backends** the contract holds per step, never bit for bit after thousands of steps.
- **Derivatives** are stated at kinks and at the edges of an op's domain (√ and powers at 0 have derivative 0 where it would be
  infinite). Elsewhere they overflow when their value does: 1/x has a derivative of −∞ at 10⁻³⁰ in single precision.

Graphs carry no float width: \`precision: 'f32' | 'f64'\` is an option of compiling. The oracle is core's interpreter with the
reference kernels in f64.

${Object.keys(opKindTitles).map(section).join('\n')}`;

if (!process.argv.includes('--check')) {
  writeFileSync(page, text);
} else if (!existsSync(page) || readFileSync(page, 'utf8') !== text) {
  console.error('docs/numerics.md does not match the op table. Run: node scripts/numerics.mjs');
  process.exitCode = 1;
}
