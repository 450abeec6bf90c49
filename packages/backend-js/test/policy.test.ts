import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** A real policy: Node started without generated code, running the built package. */
const runForbidden = (code: string): unknown => {
  const args = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', code];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }));
};

// The child process runs the built package; `npm test` builds before.
beforeAll(() => {
  if (existsSync(`${folder}/dist/index.js`)) return;
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  execFileSync(process.execPath, [typescript.replace(/package\.json$/, 'bin/tsc'), '-b', folder]);
}, 120_000);

const program = (options: string): string => `
  import { createBackend } from '@nalu/backend-js';
  import { trace } from '@nalu/core/graph';
  try {
    const backend = await createBackend(${options});
    const graph = trace([{ name: 'x', shape: [3] }], (x) => [x.exp().sum()]);
    const executable = await backend.compile(graph, { precision: 'f64' });
    const [result] = await backend.read(...executable.run([backend.upload(new Float64Array([0, 1, 2]), [3])]));
    console.log(JSON.stringify({ value: result[0], steps: executable.report.steps, paths: backend.info.paths }));
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, message: error.message }));
  }
`;

it('interprets where generated code is forbidden, and says so', () => {
  const { value, steps, paths } = runForbidden(program('')) as {
    value: number;
    steps: { path: string; reason: string }[];
    paths: string[];
  };
  expect(value).toBeCloseTo(1 + Math.E + Math.E ** 2, 12);
  expect(paths).toEqual(['reference']);
  expect(steps.map(({ path }) => path)).toEqual(['reference', 'reference']);
  for (const { reason } of steps) expect(reason).toContain('forbids generated code');
});

it('refuses the fused mode where generated code is forbidden, with a remedy', () => {
  const { code, message } = runForbidden(program("{ mode: 'fused' }")) as { code: string; message: string };
  expect(code).toBe('backend-unavailable');
  expect(message).toContain('unsafe-eval');
});
