import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError, ShapeError } from '../../src/errors.ts';
import { graphKey, hashGraph } from '../../src/graph/hash.ts';
import { instantiate } from '../../src/graph/instantiate.ts';
import { print } from '../../src/graph/print.ts';
import { simplify } from '../../src/graph/simplify.ts';
import { trace } from '../../src/graph/trace.ts';
import { verify } from '../../src/graph/verify.ts';
import { interpret } from '../../src/backend/interpret.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { withScope } from '../../src/tensor/provenance.ts';
import { constant, type Tensor } from '../../src/tensor/tensor.ts';
import { customVjp } from '../../src/transform/customVjp.ts';
import { inlineCalls } from '../../src/transform/inline.ts';
import { scan } from '../../src/transform/scan.ts';
import { f64, graphOf } from '../support.ts';

const opsOf = (graph: Graph): string[] => graph.nodes.map((node) => node.op);

describe('trace', () => {
  it('keeps inputs that nothing uses, in the order given', () => {
    const graph = trace(
      [
        { name: 'a', shape: [2] },
        { name: 'b', shape: [3] },
      ],
      (_, b) => [b.neg()],
    );
    expect(graph.inputs.map((id) => graph.nodes[id]!.attrs)).toEqual([
      { name: 'a', shape: [2] },
      { name: 'b', shape: [3] },
    ]);
    expect(Array.from(interpret(graph, [f64(0, 0), f64(1, 2, 3)])[0]!)).toEqual([-1, -2, -3]);
  });

  it('is plain data that survives structuredClone', () => {
    const graph = graphOf([[2]], (x) => scan({ length: 2, carry: [x] }, ([c]) => ({ carry: [c!.mul(x)] })).carry[0]!);
    const copy = structuredClone(graph);
    verify(copy);
    expect(Array.from(interpret(copy, [f64(2, 3)])[0]!)).toEqual([8, 27]);
  });

  it('names op, both shapes, module and line when shapes do not fit', () => {
    const wrong = () =>
      graphOf(
        [
          [2, 3],
          [4, 5],
        ],
        (a, b) => withScope('nalu', () => withScope('gate', () => a.matmul(b))),
      );
    expect(wrong).toThrow(ShapeError);
    expect(wrong).toThrow(/matmul.*nalu\/gate.*graph\.test\.ts:\d+.*\[2, 3\] × \[4, 5\]/);
    expect(() => graphOf([[2, 3], [4]], (a, b) => a.add(b))).toThrow(/add.*\[2, 3\] and \[4\]/);
    expect(() => graphOf([[6]], (a) => a.reshape([4]))).toThrow(/\[6\] has 6 elements/);
  });

  it('refuses a tensor that outlived its trace', () => {
    let leaked: Tensor | undefined;
    graphOf([[2]], (x) => (leaked = x.exp()));
    expect(() => graphOf([[2]], (x) => x.add(leaked!))).toThrow(GraphError);
  });

  it('traces chains of ten thousand nodes without overflowing the stack', () => {
    const graph = graphOf([[]], (x) => Array.from({ length: 10_000 }).reduce<Tensor>((y) => y.neg(), x));
    expect(interpret(graph, [f64(3)])[0]![0]).toBe(3);
    expect(opsOf(simplify(graph))).toEqual(['input']);
  });
});

describe('reshape', () => {
  it('refuses a −1 that cannot be worked out', () => {
    expect(() => graphOf([[2, 0]], (x) => x.reshape([0, -1]))).toThrow('[2, 0] has 0 elements and cannot become [0, -1]');
    expect(() => graphOf([[7]], (x) => x.reshape([2, -1]))).toThrow('[7] has 7 elements and cannot become [2, -1]');
    expect(graphOf([[6]], (x) => x.reshape([2, -1])).nodes.at(-1)!.shape).toEqual([2, 3]);
  });
});

describe('verify', () => {
  const good = graphOf([[2], [2]], (a, b) => a.mul(b).sum());
  const broken = (change: (graph: { -readonly [K in keyof Graph]: Graph[K] }) => void): Graph => {
    const copy = structuredClone(good);
    change(copy);
    return copy;
  };

  it('accepts what trace makes', () => expect(() => verify(good)).not.toThrow());

  it.each([
    ['a newer version', broken((g) => ((g as { version: number }).version = 2)), /version 2/],
    [
      'an unknown op',
      broken((g) => (g.nodes = g.nodes.map((n) => (n.op === 'mul' ? ({ ...n, op: 'mull' } as never) : n)))),
      /mull/,
    ],
    [
      'a wrong shape',
      broken((g) => (g.nodes = g.nodes.map((n) => (n.op === 'mul' ? { ...n, shape: [3] } : n)))),
      /claims shape \[3\]/,
    ],
    ['a node before its input', broken((g) => (g.nodes = [...g.nodes].reverse())), /topological/],
    ['a missing output', broken((g) => (g.outputs = [99])), /99/],
    ['an input that is none', broken((g) => (g.inputs = [...g.inputs, 2])), /no input node/],
    ['an unlisted input', broken((g) => (g.inputs = g.inputs.slice(1))), /does not list/],
    ['a population without members', { ...good, population: { members: 0, mapped: [true, true] } }, /at least one member/],
    ['a population with too few flags', { ...good, population: { members: 2, mapped: [true] } }, /1 inputs/],
  ] as const)('refuses %s', (_, graph, message) => {
    expect(() => verify(graph)).toThrow(GraphError);
    expect(() => verify(graph)).toThrow(message);
  });
});

describe('simplify', () => {
  it('computes what is written twice once, and drops what nothing uses', () => {
    const graph = graphOf([[3]], (x) => {
      x.exp();
      return x.tanh().add(x.tanh());
    });
    expect(opsOf(simplify(graph))).toEqual(['input', 'tanh', 'add']);
  });

  it('applies bit-exact identities and leaves x + 0 and x · 0 alone', () => {
    const kept = (f: (x: Tensor) => Tensor) =>
      opsOf(simplify(graphOf([[2, 3]], f))).filter((op) => op !== 'input' && op !== 'constant');
    expect(kept((x) => x.mul(1).sub(0).div(1).neg().neg().reshape([6]).reshape([2, 3]).transpose().transpose())).toEqual([]);
    expect(kept((x) => x.add(0))).toEqual(['add']);
    expect(kept((x) => x.mul(0))).toEqual(['mul']);
    expect(kept((x) => x.sub(-0))).toEqual(['sub']);
  });

  it('reads the result of a carry that does not change from before the loop', () => {
    const graph = graphOf(
      [[3]],
      (x) => scan({ length: 2, carry: [x, x.tanh()] }, ([a, b]) => ({ carry: [a!.add(b!), b!] })).carry[1]!,
    );
    expect(opsOf(simplify(graph))).toEqual(['input', 'tanh']);
    const swapped = graphOf([[3]], (x) => scan({ length: 2, carry: [x, x.tanh()] }, ([a, b]) => ({ carry: [b!, a!] })).carry[1]!);
    expect(opsOf(simplify(swapped))).toContain('scan');
  });

  it('changes no bit of any result', () => {
    const values = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity, NaN)), {
      minLength: 6,
      maxLength: 6,
    });
    const f = (x: Tensor): Tensor[] => [
      x.mul(1).add(0).sub(0).neg().neg(),
      x.sum([]).reshape([1, 6]).prod(0).div(1),
      x.eq(x).where(x.transpose([1, 0]).transpose(), x.mul(0)),
      scan({ length: 3, carry: [x] }, ([c]) => ({ carry: [c!.mul(1).add(x.tanh()).sub(x.tanh())] })).carry[0]!,
    ];
    const graph = graphOf([[2, 3]], f);
    const simple = simplify(graph);
    expect(simple.nodes.length).toBeLessThan(graph.nodes.length);
    fc.assert(
      fc.property(values, (xs) => {
        expect(interpret(simple, [Float64Array.from(xs)])).toEqual(interpret(graph, [Float64Array.from(xs)]));
      }),
    );
  });
});

describe('inlineCalls', () => {
  it('removes calls inside scans too', () => {
    const double = customVjp(
      'double',
      (x) => x.mul(2),
      ({ g }) => [g],
    );
    const graph = graphOf([[]], (x) => scan({ length: 3, carry: [x] }, ([c]) => ({ carry: [double(c!)] })).carry[0]!);
    const inlined = inlineCalls(graph);
    expect(JSON.stringify(inlined)).not.toContain('"call"');
    expect(interpret(inlined, [f64(1)])[0]![0]).toBe(8);
  });
});

describe.each([
  ['hash', hashGraph],
  ['key', graphKey],
])('%s', (_, nameOf) => {
  const f = (x: Tensor): Tensor => x.mul(2).tanh();

  it('is equal for the same code traced twice, names and lines aside', () => {
    const a = trace([{ name: 'a', shape: [2] }], (x) => [f(x)]);
    const b = trace([{ name: 'b', shape: [2] }], (x) => [withScope('somewhere', () => f(x))]);
    expect(nameOf(a)).toBe(nameOf(b));
  });

  it('differs by op, constant (−0 from 0, NaN from ∞), shape and population', () => {
    const graphs = [
      graphOf([[2]], f),
      graphOf([[3]], f),
      graphOf([[2]], (x) => x.mul(2).exp()),
      ...[2, 3].map((value) =>
        graphOf([[2]], (x) => scan({ length: 2, carry: [x] }, ([c]) => ({ carry: [c!.mul(value)] })).carry[0]!),
      ),
      ...[2, 3].map((last) =>
        graphOf([[40_000]], (x) => x.mul(constant(Float64Array.from({ length: 40_000 }, (__, i) => (i === 0 ? last : i))))),
      ),
      ...[0, -0, NaN, Infinity].map((value) => graphOf([[2]], (x) => x.mul(value).tanh())),
      { ...graphOf([[2]], f), population: { members: 2, mapped: [true] } },
      { ...graphOf([[2]], f), population: { members: 3, mapped: [true] } },
      { ...graphOf([[2]], f), population: { members: 2, mapped: [false] } },
    ];
    expect(new Set(graphs.map(nameOf)).size).toBe(graphs.length);
  });
});

describe('print', () => {
  it('shows modules, lines, arguments, shapes and bodies', () => {
    const graph = trace(
      [
        { name: 'x', shape: [4, 2] },
        { name: 'w', shape: [2, 1] },
      ],
      (x, w) => {
        const y = withScope('nac', () => x.matmul(w.tanh()));
        return [scan({ length: 10, carry: [y], keepEvery: 5 }, ([c]) => ({ carry: [c!.mul(0.5)], ys: [c!.sum()] })).ys[0]!];
      },
    );
    const text = print(graph);
    expect(text).toContain('graph (x [4, 2], w [2, 1]) →');
    expect(text).toMatch(/# nac {2}graph\.test\.ts:\d+:\d+/);
    expect(text).toMatch(/%2 = tanh\(w\) {2}\[2, 1\]/);
    expect(text).toMatch(/matmul\(x, %2, transposeA false, transposeB false\) {2}\[4, 1\]/);
    expect(text).toContain('scan(');
    expect(text).toContain('length 10, keep every 5');
    expect(text.split('\n').some((line) => line.startsWith('      ') && line.includes('mul('))).toBe(true);
  });
});

describe('instantiate', () => {
  it('runs a graph inside another trace and checks its inputs', () => {
    const inner = graphOf([[2]], (x) => x.exp().sum());
    const outer = graphOf([[2]], (x) => instantiate(inner, [x.log()])[0]!);
    expect(interpret(outer, [f64(2, 3)])[0]![0]).toBeCloseTo(5, 12);
    expect(() => graphOf([[3]], (x) => instantiate(inner, [x])[0]!)).toThrow(/"x0" has shape \[2\]/);
  });
});
