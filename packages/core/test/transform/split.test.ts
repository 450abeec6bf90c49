import { concat, constant, randomUniform, type Tensor } from '@nalu/core';
import { interpret, trace } from '@nalu/core/graph';
import { describe, expect, it } from 'vitest';
import { instantiate } from '../../src/graph/instantiate.ts';
import { inputSpecs } from '../../src/graph/rewrite.ts';
import { splitGraph } from '../../src/transform/split.ts';

const specs = [
  { name: 'x', shape: [3, 4] },
  { name: 'key', shape: [2] },
  { name: 'w', shape: [4, 2] },
];

const body = (x: Tensor, key: Tensor, w: Tensor): readonly Tensor[] => {
  const logs = x.abs().add(1).log();
  const noise = randomUniform(concat([key, constant([7])], 0), [3, 4]);
  return [logs.matmul(w).add(x.add(noise).matmul(w)), logs.transpose().reshape([12]), w.mul(constant(2).exp()), x];
};

describe('splitting a graph', () => {
  const whole = trace(specs, (x, key, w) => body(x!, key!, w!));

  it('gives the same results when its parts are put together', () => {
    for (let count = 0; count <= 3; count++) {
      const { early, late } = splitGraph(whole, count);
      const again = trace(inputSpecs(whole), (...inputs) => {
        const first = inputs.slice(0, count);
        return instantiate(late, [...first, ...instantiate(early, first), ...inputs.slice(count)]);
      });
      const inputs = [
        Float64Array.from({ length: 12 }, (_, i) => i - 5.5),
        Float64Array.of(3, 4),
        Float64Array.from({ length: 8 }, (_, i) => 1 / (i + 1)),
      ];
      expect(interpret(again, inputs)).toEqual(interpret(whole, inputs));
    }
  });

  it('computes early what depends on the first inputs alone, and no view, input or constant', () => {
    const { early, late } = splitGraph(whole, 2);
    const opsOf = ({ nodes }: typeof whole): readonly string[] => nodes.map(({ op }) => op);
    expect(new Set(early.outputs.map((id) => early.nodes[id]!.op))).toEqual(new Set(['add', 'exp', 'log']));
    expect(opsOf(late)).not.toContain('log');
    expect(opsOf(late)).not.toContain('randomUniform');
    expect(opsOf(late).filter((op) => op === 'matmul')).toHaveLength(2);
    expect(opsOf(late)).toContain('transpose');
  });

  it('leaves everything to the second part where nothing can be known before', () => {
    const product = trace([specs[0]!, specs[2]!], (x, w) => [x!.matmul(w!)]);
    expect(splitGraph(product, 1).early.outputs).toEqual([]);
  });
});
