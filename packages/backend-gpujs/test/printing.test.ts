import { fillUniform } from '@nalu/core/backend';
import { trace } from '@nalu/core/graph';
import { planKernels, type Kernel, type Statement } from '@nalu/core/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../src/dialects/dialect.ts';
import { glsl1 } from '../src/dialects/glsl1.ts';
import { glsl3 } from '../src/dialects/glsl3.ts';
import { javascript } from '../src/dialects/javascript.ts';
import { webassembly } from '../src/dialects/webassembly.ts';
import { wgsl } from '../src/dialects/wgsl.ts';
import { limitsOf } from '../src/execution/plan.ts';
import { print, runAsJavaScript } from './kernels.ts';

const dialects: { readonly [name: string]: Dialect } = { javascript, webassembly, glsl3, glsl1, wgsl };
const i = { constant: 0, terms: [{ atom: { kind: 'variable', key: 'i', extent: 6 }, factor: 1 }] } as const;
const k = { kind: 'variable', key: 'k', extent: 4 } as const;

/** Row sums of a 6×4 matrix beside the numbers 0 … 2 halved. */
const kernel: Kernel = {
  reads: [0],
  segments: [
    {
      size: 6,
      body: [
        {
          kind: 'fold',
          name: 'v',
          op: 'add',
          variable: 'k',
          length: 4,
          body: [
            {
              kind: 'read',
              name: 'x',
              from: 0,
              at: {
                constant: 0,
                terms: [
                  { ...i.terms[0], factor: 4 },
                  { atom: k, factor: 1 },
                ],
              },
            },
          ],
          value: 'x',
        },
      ],
      writes: [{ value: 1, from: 'v' }],
    },
    {
      size: 3,
      body: [
        { kind: 'number', name: 'n', at: i },
        { kind: 'apply', name: 'v', op: 'mul', args: ['n', 0.5] },
      ],
      writes: [{ value: 2, from: 'v' }],
    },
  ],
  ops: [],
};

it('puts the values of all segments one after the other', () => {
  const rows = Float32Array.from({ length: 24 }, (_, at) => at);
  expect(runAsJavaScript(print(kernel, javascript), [rows])).toEqual([6, 22, 38, 54, 70, 86, 0, 0.5, 1]);
});

it.each(Object.keys(dialects))('%s: loops have literal bounds, because gpu.js cuts others short', (name) => {
  const { source } = print(kernel, dialects[name]!);
  const heads = [...source.matchAll(/for \((.*?)\) \{/g)].map(([, head]) => head);
  expect(heads).toEqual([expect.stringMatching(/^let (\w+) = 0; \1 < 4; \1\+\+$/)]);
});

it('takes arrays that are really read as parameters, and no loops of no length', () => {
  const empty: Kernel = {
    reads: [0, 1],
    segments: [
      { ...kernel.segments[0]!, body: [{ ...(kernel.segments[0]!.body[0] as Extract<Statement, { kind: 'fold' }>), length: 0 }] },
    ],
    ops: [],
  };
  const { source } = print(empty, javascript);
  expect(source).toMatch(/^function \(\) \{/);
  expect(runAsJavaScript(print(empty, javascript), [])).toEqual([0, 0, 0, 0, 0, 0]);
});

const argmaxOf = (values: readonly number[]): number => {
  const argmax: Statement = {
    kind: 'argmax',
    name: 'v',
    variable: 'k',
    length: values.length,
    body: [
      { kind: 'read', name: 'x', from: 0, at: { constant: 0, terms: [{ atom: { ...k, extent: values.length }, factor: 1 }] } },
    ],
    value: 'x',
  };
  const printed = print(
    { reads: [0], segments: [{ size: 1, body: [argmax], writes: [{ value: 1, from: 'v' }] }], ops: [] },
    javascript,
  );
  return runAsJavaScript(printed, [values])[0]!;
};

it('finds the first largest number, and the first NaN before any other', () => {
  expect(argmaxOf([1, 3, 3, 2])).toBe(1);
  expect(argmaxOf([-Infinity, -Infinity])).toBe(0);
  expect(argmaxOf([5, NaN, 7, NaN])).toBe(1);
});

const randomKernel = (keyLength: number, size: number): Kernel => ({
  reads: [0],
  segments: [
    {
      size,
      body: [
        ...Array.from({ length: keyLength }, (_, c): Statement => ({
          kind: 'read',
          name: `key${c}`,
          from: 0,
          at: { constant: c, terms: [] },
        })),
        { kind: 'random', name: 'v', key: Array.from({ length: keyLength }, (_, c) => `key${c}`), at: i },
      ],
      writes: [{ value: 1, from: 'v' }],
    },
  ],
  ops: [],
});

describe.each([
  ['32-bit integers', javascript],
  ['halves of 16 bits in single-precision numbers', webassembly],
])('random numbers from %s', (_, dialect) => {
  it("are core's, bit for bit, for every key", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 24 - 1), { minLength: 1, maxLength: 5 }), (key) => {
        const expected = new Float32Array(7);
        fillUniform(key, expected);
        expect(runAsJavaScript(print(randomKernel(key.length, 7), dialect), [key])).toEqual([...expected]);
      }),
      { numRuns: 50 },
    );
  });
});

it.each(Object.keys(dialects))(
  '%s: every helper that a kernel of any op calls comes with it, and before what calls it',
  (name) => {
    const graph = trace([{ name: 'x', shape: [3] }], (x) => [
      x.exp().add(x.sin()).pow(x.tanh()).max(x.log1p()).add(x.sigmoid().softplus().round()),
      x.cos().reciprocal().lt(x.expm1()).where(x.sqrt(), x.sign()),
    ]);
    const plan = planKernels(graph, limitsOf({ storages: 8, dispatch: 1000 }));
    for (const step of plan.steps) {
      if (step.kind !== 'kernel') continue;
      const { source, helpers } = print(step.kernel, dialects[name]!);
      const known = new Set<string>();
      for (const helper of helpers) {
        expect(helper.calls.filter((called) => !known.has(called))).toEqual([]);
        known.add(helper.name);
      }
      const called = [...source.matchAll(/\b(nalu\w+)\(/g)].map(([, helper]) => helper!);
      expect(called.filter((helper) => !known.has(helper))).toEqual([]);
    }
  },
);

it('prints every single-precision number as itself', () => {
  const valueOf = (text: string): number => new Function(`return ${text};`)() as number;
  fc.assert(
    fc.property(fc.float({ noNaN: false }), (x) => {
      expect(valueOf(javascript.literal(x))).toBe(x);
    }),
  );
});
