import { functions, models } from '@nalu/experiments';
import { describe, expect, test } from 'vitest';
import { functionNames, hint, moduleNames, modules } from '../../../src/views/learn/playground/choices.ts';
import { drawnMembers, drawnText } from '../../../src/views/learn/playground/drawn.ts';
import { drawMember } from '../../../src/views/learn/playground/draw.ts';
import { inputNames, nameGates, nameWeights } from '../../../src/views/learn/playground/naming.ts';
import type { LayerShape } from '../../../src/workers/train/look.ts';

const nalu: LayerShape = { inputs: 2, outputs: 1, paths: ['sum', 'product'], gated: true };
const pair: LayerShape = { inputs: 2, outputs: 2, paths: ['sum', 'product'], gated: true };

describe('what can be chosen', () => {
  test('is every arithmetic model of experiments, under its title', () => {
    expect([...moduleNames].sort()).toEqual(
      models
        .filter(({ isArithmetic }) => isArithmetic)
        .map(({ name }) => name)
        .sort(),
    );
    for (const { name, title } of modules) expect(title).toBe(models.find((model) => model.name === name)!.title);
  });
  test('is every function of experiments', () => expect(functionNames).toEqual(functions.map(({ name }) => name)));
});

test('what a module cannot learn by its formula is said beforehand', () => {
  expect(hint('a*b', 'nalu')).toBeNull();
  expect(hint('a*b', 'nac')).toContain('sums only');
  expect(hint('a-b', 'nmu')).toContain('products only');
  expect(hint('a^2', 'nalu')).toContain('NAC• ×2');
  expect(hint('a^2', 'nac-mul-2')).toBeNull();
});

test('of many networks some are drawn, evenly spread', () => {
  expect(drawnMembers(3)).toEqual([0, 1, 2]);
  expect(drawnText(24)).toBe('all networks');
  expect(drawnMembers(100)).toHaveLength(24);
  expect([drawnMembers(100)[0], drawnMembers(100).at(-1)]).toEqual([0, 95]);
  expect(drawnText(100)).toBe('24 of 100 networks and the best');
});

describe('names of weights', () => {
  test('say what a weight does', () => {
    expect(nameWeights([nalu], ['a', 'b']).map(({ at, name }) => `${at} ${name}`)).toEqual([
      '0 a in the sum',
      '1 b in the sum',
      '2 exponent of a',
      '3 exponent of b',
    ]);
    expect(nameGates([nalu])).toEqual(['gate']);
  });
  test('in stacks say where it leads', () => {
    const layers: readonly LayerShape[] = [
      { inputs: 1, outputs: 2, paths: ['sum'], gated: false },
      { inputs: 2, outputs: 1, paths: ['selectedProduct'], gated: false },
    ];
    expect(nameWeights(layers, ['r']).map(({ name }) => name)).toEqual([
      'r in the sum, to h₁',
      'r in the sum, to h₂',
      'h₁ as a factor',
      'h₂ as a factor',
    ]);
    expect(nameGates([pair, nalu])).toEqual(['gate of h₁', 'gate of h₂', 'gate']);
  });
  test('count reciprocals as inputs', () => {
    const layers: readonly LayerShape[] = [{ inputs: 4, outputs: 1, paths: ['selectedProduct'], gated: false }];
    expect(inputNames(layers, ['a', 'b'], 0)).toEqual(['a', 'b', '1/a', '1/b']);
  });
});

describe('a drawing of a NALU', () => {
  const { nodes, edges, rows } = drawMember(
    [nalu],
    ['a', 'b'],
    { weights: [1, -1, 0.5, 0], gates: [0.25] },
    { x: [3, 4], answer: 1.5 },
  );
  test('has inputs, both paths and the gate, and the answer in the last', () => {
    expect(nodes.map(({ id, value }) => `${id}: ${value}`)).toEqual([
      'in 0: 3.0',
      'in 1: 4.0',
      '0 sum 0: undefined',
      '0 product 0: undefined',
      '0 gate 0: 1.50',
    ]);
    expect(rows).toBe(2);
  });
  test('has every weight at its edge, and the shares of the gate', () => {
    expect(edges.map(({ from, to, weight }) => `${from} → ${to}: ${weight}`)).toEqual([
      'in 0 → 0 sum 0: 1',
      'in 1 → 0 sum 0: -1',
      'in 0 → 0 product 0: 0.5',
      'in 1 → 0 product 0: 0',
      '0 sum 0 → 0 gate 0: 0.25',
      '0 product 0 → 0 gate 0: 0.75',
    ]);
  });
});

test('a stack of gated layers is drawn layer after layer', () => {
  const { nodes, edges } = drawMember([pair, nalu], ['a', 'b'], { weights: new Array<number>(12).fill(1), gates: [1, 0, 0.5] });
  const ids = new Set(nodes.map(({ id }) => id));
  expect(nodes).toHaveLength(2 + 4 + 2 + 2 + 1);
  expect(edges).toHaveLength(8 + 4 + 4 + 2);
  for (const { from, to } of edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  expect(
    edges.filter(({ to }) => to.startsWith('1 ')).every(({ from }) => from.startsWith('0 gate') || from.startsWith('1 ')),
  ).toBe(true);
});
