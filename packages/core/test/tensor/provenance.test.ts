import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.ts';
import { trace } from '../../src/graph/trace.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { graphOf } from '../support.ts';

const folder = new URL('../../.cache/provenance/', import.meta.url);
const script = new URL('shape.mjs', folder);

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    script,
    `import { trace } from '@nalu/core/graph';
trace([{ name: 'a', shape: [2] }, { name: 'b', shape: [3] }],
  (a, b) => [a.add(b)]);
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the source line of a node', () => {
  it.each([[[]], [['--enable-source-maps']]])('is the user’s, run by node %j', (flags) => {
    const { stderr } = spawnSync(process.execPath, [...flags, fileURLToPath(script)], { encoding: 'utf8' });
    expect(stderr).toMatch(/ShapeError: add \(.*shape\.mjs:3:\d+\)/);
  });

  it('tells the nodes of different lines apart, in a loop too', () => {
    const graph = graphOf([[2]], (x) => {
      let y = x;
      for (let i = 0; i < 2; i++) y = y.neg();
      return y.exp();
    });
    const lines = graph.nodes.filter(({ op }) => op !== 'input').map(({ line }) => line.split(':').at(-2));
    expect(lines[0]).toBe(lines[1]);
    expect(Number(lines[2])).toBe(Number(lines[0]) + 1);
    expect(graph.nodes.at(-1)!.line).toContain('provenance.test.ts');
  });
});

describe('operators of JavaScript on tensors', () => {
  const use = (f: (x: Tensor) => unknown) => () => trace([{ name: 'x', shape: [2] }], (x) => [f(x) as Tensor]);

  it.each([
    ['x * 2', (x: Tensor) => (x as unknown as number) * 2],
    ['x + 1', (x: Tensor) => (x as unknown as number) + 1],
    ['x > 0', (x: Tensor) => ((x as unknown as number) > 0 ? x : x.neg())],
  ])('%s is refused with what to write instead', (_, f) => {
    expect(use(f)).toThrow(ArgumentError);
    expect(use(f)).toThrow(/x\.mul\(w\)/);
  });

  it('text shows the tensor', () => {
    expect(use((x) => (expect(`${x}`).toBe('Tensor(input [2])'), x))).not.toThrow();
  });
});
