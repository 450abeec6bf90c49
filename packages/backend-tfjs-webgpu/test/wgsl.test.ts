import { variable, trace, type Graph } from '@nalu/core/graph';
import { planKernels, type Kernel, type KernelPlan } from '@nalu/core/kernels';
import { describe, expect, it } from 'vitest';
import { programOf, type Command, type KernelCommand } from '../src/layout/commands.ts';
import { layoutOf } from '../src/layout/storages.ts';
import { address, quotient, remainder } from '../src/wgsl/address.ts';
import { literal } from '../src/wgsl/literal.ts';
import { preludeFor } from '../src/wgsl/prelude.ts';
import { shader, WORKGROUP, workgroupGrid } from '../src/wgsl/shader.ts';

describe('literals', () => {
  it.each([
    [0, '0f'],
    [-0, 'bitcast<f32>(2147483648u)'],
    [1.5, '1.5f'],
    [-2, '(-2f)'],
    [0.1, '0.10000000149011612f'],
    [1e-40, '9.99994610111476e-41f'],
    [Infinity, 'bitcast<f32>(infinityBits)'],
    [1e39, 'bitcast<f32>(infinityBits)'],
    [-Infinity, '(-bitcast<f32>(infinityBits))'],
    [NaN, 'bitcast<f32>(nanBits)'],
  ])('%d is %s: single precision, and no constant that WGSL refuses', (value, text) => {
    expect(literal(value)).toBe(text);
  });
});

describe('addresses', () => {
  it('divide by shifts and masks where they can', () => {
    expect([quotient('i', 8), quotient('i', 6), remainder('i', 8), remainder('i', 6)]).toEqual([
      '((i) >> 3u)',
      '((i) / 6)',
      '((i) & 7)',
      '((i) % 6)',
    ]);
  });

  it('are sums of scaled atoms', () => {
    const at = { constant: -3, terms: [...variable('i', 9).terms, { atom: variable('k', 2).terms[0]!.atom, factor: 4 }] };
    expect(address(at, (atom) => atom.key)).toBe('i + k * 4 - 3');
    expect(address({ constant: 0, terms: [] }, (atom) => atom.key)).toBe('0');
  });
});

it('kernels get the functions that they call, and those that these call', () => {
  const prelude = preludeFor('let v1 = minimum(v0, 1f);');
  expect(prelude).toContain('fn minimum(');
  expect(prelude).toContain('fn isNan(');
  expect(prelude).not.toContain('fn maximum(');
  expect(preludeFor('let v1 = v0 + 1f;')).toBe('');
});

const limits = { storages: 8, storageOf: () => 'arena', multipleWrites: true, wantsMatmul: () => false };

const kernelsOf = (commands: readonly Command[]): readonly KernelCommand[] =>
  commands.flatMap((command) => {
    if (command.kind === 'loop') return kernelsOf(command.body);
    return command.kind === 'kernel' ? [command] : [];
  });

const shadersOf = (plan: KernelPlan): readonly string[] =>
  kernelsOf(programOf(plan, true).commands).map(({ kernel, places, loops }) =>
    shader(kernel, {
      storages: [{ written: true }],
      loops,
      locate: (value) => ({ binding: 0, offset: 0, terms: places[value]!.terms, limits: places[value]!.limits }),
    }),
  );

const plan = (graph: Graph): KernelPlan => planKernels(graph, limits);

describe('shaders', () => {
  it('compute an index once, outside the loops that do not change it', () => {
    const [text] = shadersOf(plan(trace([{ name: 'x', shape: [7, 5, 11] }], (x) => [x!.sum(1)])));
    const [before, inside] = text!.split('for (');
    expect(before).toMatch(/let q0 = \(\(i\) \/ 11\);/);
    expect(inside!.split('\n  }')[0]).not.toMatch(/[/%]/);
  });

  it('begin every segment at a workgroup of its own', () => {
    const kernel: Kernel = {
      reads: [],
      segments: [WORKGROUP, WORKGROUP + 1, 1].map((size, value) => ({ size, body: [], writes: [{ value, from: 1 }] })),
      ops: [],
    };
    const text = shader(kernel, {
      storages: [{ written: true }],
      loops: 0,
      locate: () => ({ binding: 0, offset: 0, terms: [], limits: [] }),
    });
    expect([...text.matchAll(/workgroup < (\d+)/g)].map(([, start]) => Number(start))).toEqual([1, 3, 4]);
    expect(workgroupGrid(kernel, 65_535)).toEqual([4, 1]);
  });

  it('are dispatched in two dimensions beyond what one allows', () => {
    const kernel: Kernel = { reads: [], segments: [{ size: 65_536 * WORKGROUP, body: [], writes: [] }], ops: [] };
    expect(workgroupGrid(kernel, 65_535)).toEqual([32_768, 2]);
  });
});

describe('layouts', () => {
  const chain = (): KernelPlan =>
    plan(
      trace([{ name: 'x', shape: [64, 64] }], (x) => {
        let y = x!;
        for (let i = 0; i < 6; i++) y = y.matmul(x!).tanh();
        return [y];
      }),
    );

  it('use the memory of dead values again', () => {
    const program = programOf(chain(), true);
    const layout = layoutOf(program, { storages: 8, numbers: 2 ** 28 })!;
    const temporaries = program.variables.filter(({ kind, first }) => kind === 'temporary' && first !== Infinity);
    expect(temporaries.length).toBeGreaterThan(3);
    // Input, output, and the two values of each step.
    expect(layout.arena).toBeLessThanOrEqual(4 * 4096);
  });

  it('put temporaries into buffers of their own when one would be too large', () => {
    const layout = layoutOf(programOf(chain(), true), { storages: 8, numbers: 2 * 4096 })!;
    expect(layout.arena).toBeLessThanOrEqual(2 * 4096);
    expect(layout.slots.length).toBeGreaterThan(0);
  });

  it('say what is too large', () => {
    expect(() => layoutOf(programOf(chain(), true), { storages: 1, numbers: 4096 })).toThrow(
      /intermediate values take \d+ bytes.*16384/,
    );
  });
});
