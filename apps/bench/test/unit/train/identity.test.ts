import { activationNames } from '@nalu/core';
import { expect, describe, test } from 'vitest';
import { momentsOf } from '../../../src/workers/train/identity.ts';
import { collect } from './collect.ts';

test('moments are close together in the beginning and end with the last step', () => {
  expect(momentsOf(1000)).toEqual([0, 50, 100, 200, 400, 800, 1000]);
  expect(momentsOf(0)).toEqual([0]);
});

describe('the identity lesson', async () => {
  const members = 2;
  const { setting, items, results } = await collect({ kind: 'identity', backend: 'js', members, steps: 100, seed: 1 });
  const moments = momentsOf(100).length;

  test('has every activation and the two arithmetic layers, with the published figures', () => {
    expect(setting.networks.map(({ name }) => name)).toEqual([...activationNames, 'nac', 'nalu']);
    expect(setting.x).toEqual(Array.from({ length: 41 }, (_, i) => i - 20));
    const tanh = setting.networks.find(({ name }) => name === 'tanh')!;
    expect(tanh).toEqual({ name: 'tanh', formula: 'tanh(x)', isArithmetic: false, published: 14.5, widths: [8, 8, 8, 1] });
  });

  test('tells every network at every moment', () => {
    expect(items).toHaveLength(moments * setting.networks.length);
    expect(items.map(({ step }) => step)).toEqual(momentsOf(100).flatMap((step) => setting.networks.map(() => step)));
    expect(results).toHaveLength(1);
  });

  test('the last node of the first member is its answer, and tanh nodes stay within 1', () => {
    for (const { network, answers, nodes } of items) {
      const { widths, name } = setting.networks[network]!;
      const width = widths.reduce((sum, each) => sum + each);
      expect([answers.length, nodes.length]).toEqual([members * 41, width * 41]);
      for (let row = 0; row < 41; row++) {
        const own = nodes.subarray(row * width, (row + 1) * width);
        expect(own.at(-1)).toBe(answers[row]);
        if (name === 'tanh') expect(own.subarray(0, -1).every((value) => Math.abs(value) <= 1)).toBe(true);
      }
    }
  });
});
