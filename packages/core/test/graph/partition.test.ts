import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { partition, type Fuser, type Role, type Step } from '../../src/graph/partition.ts';
import { trace } from '../../src/graph/trace.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

/** Elementwise ops and reductions loop over their input; sums are complete after the loop; matmul stands alone. */
const fuserFor = (graph: Graph, options: Partial<Fuser<string>> = {}): Fuser<string> => ({
  role: (id): Role => {
    const node = graph.nodes[id]!;
    if (['input', 'constant', 'reshape', 'broadcastTo', 'transpose'].includes(node.op)) return { kind: 'virtual' };
    if (node.op === 'matmul') return { kind: 'alone' };
    const over = node.op === 'sum' ? graph.nodes[node.inputs[0]!]!.shape : node.shape;
    return { kind: 'loop', space: over.join('x'), final: node.op === 'sum' };
  },
  aligned: (consumer, producer) => graph.nodes[consumer]!.inputs.includes(producer),
  tryFuse: ({ nodes }) => nodes.map((id) => graph.nodes[id]!.op).join(' '),
  ...options,
});

const shown = (graph: Graph, steps: readonly Step<string>[]): string[] =>
  steps.map((step) => (step.kind === 'fused' ? step.kernel : `alone: ${graph.nodes[step.region.nodes[0]!]!.op}`));

const x = { name: 'x', shape: [4, 3] };

describe('partition', () => {
  it('puts an elementwise chain and its reduction into one region, and what needs the sum after it', () => {
    const graph = trace([x], (a) => {
      const e = a.exp();
      return [e.div(e.sum(1, { keepDims: true }))];
    });
    const steps = partition(graph, fuserFor(graph));
    expect(shown(graph, steps)).toEqual(['exp sum', 'div']);
    const [first, second] = steps;
    const id = (op: string): number => graph.nodes.findIndex((node) => node.op === op);
    expect(first!.region.outputs).toEqual([id('exp'), id('sum')]);
    expect([...second!.region.inputs].sort((a, b) => a - b)).toEqual([id('exp'), id('sum')]);
  });

  it('separates readers at another index from what they read', () => {
    const graph = trace([{ name: 'x', shape: [3, 3] }], (a) => {
      const e = a.exp();
      return [e.add(e.transpose())];
    });
    expect(shown(graph, partition(graph, fuserFor(graph, { aligned: () => false })))).toEqual(['exp', 'add']);
  });

  it('joins siblings across a step that stands alone, when the order allows it', () => {
    const graph = trace([{ name: 'x', shape: [3, 3] }], (a) => {
      const before = a.exp();
      const product = before.matmul(a);
      return [product.neg(), a.sin()];
    });
    expect(shown(graph, partition(graph, fuserFor(graph)))).toEqual(['exp sin', 'alone: matmul', 'neg']);
  });

  it('moves what only a later region reads into that region', () => {
    const graph = trace([x, { name: 'w', shape: [3] }], (a, w) => {
      const product = a!.mul(w!);
      return [product.add(w!.neg().broadcastTo([4, 3]))];
    });
    expect(shown(graph, partition(graph, fuserFor(graph)))).toEqual(['neg', 'mul add']);
  });

  it('leaves what an earlier region reads, or a result, where it is', () => {
    const graph = trace([x, { name: 'w', shape: [3] }], (a, w) => {
      const product = a!.mul(w!);
      return [product.add(w!.neg().broadcastTo([4, 3])), product];
    });
    expect(shown(graph, partition(graph, fuserFor(graph)))).toEqual(['mul', 'neg', 'add']);
  });

  it('gives every region one output on demand, computing nothing twice', () => {
    const graph = trace([x], (a) => {
      const e = a.exp();
      return [e.neg().abs(), e.add(1).sqrt()];
    });
    const steps = partition(graph, fuserFor(graph, { singleOutput: true }));
    expect(steps.every(({ region }) => region.outputs.length === 1)).toBe(true);
    expect(shown(graph, steps)).toEqual(['exp', 'neg abs', 'add sqrt']);
  });

  it('offers declined regions node by node, and keeps the reason', () => {
    const graph = trace([x], (a) => [a.exp().neg().sin()]);
    const tryFuse: Fuser<string>['tryFuse'] = ({ nodes }) => {
      const ops = nodes.map((id) => graph.nodes[id]!.op);
      return ops.includes('sin') ? { declined: 'no sine here' } : ops.join(' ');
    };
    const steps = partition(graph, fuserFor(graph, { tryFuse }));
    expect(shown(graph, steps)).toEqual(['exp', 'neg', 'alone: sin']);
    expect(steps[2]).toMatchObject({ kind: 'alone', declined: 'no sine here' });
  });

  it('keeps regions within the largest number of nodes', () => {
    const graph = trace([x], (a) => [a.exp().neg().sin().cos().abs()]);
    const steps = partition(graph, fuserFor(graph, { maxNodes: 2 }));
    const sizes = steps.map(({ region }) => region.nodes.length);
    expect(sizes.reduce((total, size) => total + size, 0)).toBe(5);
    expect(Math.max(...sizes)).toBe(2);
    expect(sizes).toHaveLength(3);
  });

  it('always gives an order that can run, with every node exactly once', () => {
    const program = fc.array(fc.tuple(fc.nat(4), fc.nat(30), fc.nat(30)), { minLength: 1, maxLength: 40 });
    const ops: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
      (a) => a.exp(),
      (a, b) => a.add(b),
      (a) => a.sum(1, { keepDims: true }).broadcastTo([3, 3]),
      (a, b) => a.matmul(b),
      (a) => a.transpose().neg(),
    ];
    fc.assert(
      fc.property(program, fc.boolean(), fc.constantFrom(1, 3, Infinity), (instructions, singleOutput, maxNodes) => {
        const graph = trace([{ name: 'x', shape: [3, 3] }], (input) => {
          const values = [input];
          for (const [op, a, b] of instructions) values.push(ops[op]!(values[a % values.length]!, values[b % values.length]!));
          return values.slice(-2);
        });
        const fuser = fuserFor(graph, { singleOutput, maxNodes });
        const done = new Set<number>();
        for (const { region } of partition(graph, fuser)) {
          for (const id of region.inputs) expect(done.has(id)).toBe(true);
          for (const id of region.nodes) {
            expect(done.has(id)).toBe(false);
            done.add(id);
          }
          if (singleOutput) expect(region.outputs.length).toBe(1);
        }
        const computed = graph.nodes.flatMap((_, id) => (fuser.role(id).kind === 'virtual' ? [] : [id]));
        expect([...done].sort((a, b) => a - b)).toEqual(computed);
      }),
    );
  });
});
