import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/backend/interpret.ts';
import type { Graph, NodeOf } from '../../src/graph/graph.ts';
import { simplify } from '../../src/graph/simplify.ts';
import { trace } from '../../src/graph/trace.ts';
import { verify } from '../../src/graph/verify.ts';
import { hoistInvariants } from '../../src/transform/hoist.ts';
import { scan } from '../../src/transform/scan.ts';

const bodyOps = (graph: Graph): string[] => {
  const node = graph.nodes.find(({ op }) => op === 'scan') as NodeOf<'scan'>;
  return node.attrs.body.nodes.map(({ op }) => op).filter((op) => op !== 'input' && op !== 'constant');
};

const sameResults = (graph: Graph, inputs: readonly Float64Array[]): void => {
  const hoisted = hoistInvariants(graph);
  verify(hoisted);
  expect(interpret(hoisted, inputs)).toEqual(interpret(graph, inputs));
};

const x = { name: 'x', shape: [3, 2] };
const start = { name: 'start', shape: [3, 1] };
const inputs = [Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(0.1, 0.2, 0.3)];

describe('hoistInvariants', () => {
  it('takes what never changes out of the loop, and leaves views inside', () => {
    const graph = trace([x, start], (a, b) => {
      const result = scan({ length: 4, carry: [b] }, ([c]) => {
        const logs = a.abs().log();
        return {
          carry: [c!.add(logs.sum(1, { keepDims: true }))],
          ys: [
            logs
              .transpose()
              .slice([0, 0], [1, 3])
              .add(c!.reshape([1, 3])),
          ],
        };
      });
      return [...result.carry, ...result.ys];
    });
    const hoisted = simplify(hoistInvariants(simplify(graph)));
    expect(bodyOps(hoisted).sort()).toEqual(['add', 'add', 'reshape', 'reshape', 'slice', 'transpose']);
    expect(hoisted.nodes.map(({ op }) => op)).toContain('log');
    sameResults(graph, inputs);
  });

  it('goes through nested loops: what is fixed in both leaves both', () => {
    const graph = trace([x, start], (a, b) => {
      const outer = scan({ length: 2, carry: [b] }, ([c]) => {
        const inner = scan({ length: 3, carry: [c!] }, ([d]) => ({
          carry: [d!.mul(a.exp().sum(1, { keepDims: true })).add(c!.sin())],
        }));
        return { carry: inner.carry };
      });
      return outer.carry;
    });
    const hoisted = hoistInvariants(graph);
    expect(bodyOps(hoisted)).not.toContain('exp');
    expect(hoisted.nodes.map(({ op }) => op)).toContain('exp');
    sameResults(graph, inputs);
  });

  it('leaves loops alone in which everything changes', () => {
    const graph = trace([start], (b) => scan({ length: 3, carry: [b] }, ([c]) => ({ carry: [c!.exp().neg()] })).carry);
    expect(bodyOps(hoistInvariants(graph))).toEqual(['exp', 'neg']);
    sameResults(graph, inputs.slice(1));
  });

  it('keeps outputs that are invariant themselves', () => {
    const graph = trace([x, start], (a, b) => {
      const result = scan({ length: 3, carry: [b] }, ([c]) => ({ carry: [c!.add(1)], ys: [a.exp(), a] }));
      return [...result.carry, ...result.ys];
    });
    expect(bodyOps(hoistInvariants(graph))).not.toContain('exp');
    sameResults(graph, inputs);
  });
});
