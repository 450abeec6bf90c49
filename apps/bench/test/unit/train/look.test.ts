import { createBackend } from '@nalu/backend-js';
import { nalu, sequential, type Module, type NamedTensor } from '@nalu/core';
import { expect, test } from 'vitest';
import { lookAtNodes, lookInside } from '../../../src/workers/train/look.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const two = (a: readonly number[], b: readonly number[], shape: readonly number[]): NamedTensor => ({
  shape: [2, ...shape],
  data: Float64Array.from([...a, ...b]),
});

/** Two members: Ŵ and M̂ of 40 are a weight of 1, and a gate weight of ±1 reads the input. */
const population = (prefix = ''): ReadonlyMap<string, NamedTensor> =>
  new Map([
    [`${prefix}add/wHat`, two([40], [-40], [1, 1])],
    [`${prefix}add/mHat`, two([40], [40], [1, 1])],
    [`${prefix}multiply/wHat`, two([40], [0], [1, 1])],
    [`${prefix}multiply/mHat`, two([40], [40], [1, 1])],
    [`${prefix}gate`, two([1], [-1], [1, 1])],
  ]);

const x: NamedTensor = { shape: [3, 1], data: Float64Array.of(1, 2, 100) };

const look = async (module: Module, members: ReadonlyMap<string, NamedTensor>) => {
  const backend = await createBackend();
  const inside = await lookInside(module, 2, x, 2, backend);
  const seen = await inside.at(members);
  inside.dispose();
  await backend.dispose();
  return seen;
};

test('weights and gates of each member, the gates averaged over the first rows only', async () => {
  const { weights, gates } = await look(nalu({ inputs: 1, outputs: 1 }), population());
  expect([...weights]).toEqual([1, 1, -1, 0]);
  expect(gates[0]).toBeCloseTo((sigmoid(1) + sigmoid(2)) / 2, 6);
  expect(gates[1]).toBeCloseTo((sigmoid(-1) + sigmoid(-2)) / 2, 6);
});

test('a layer of a stack reads what the one before it says', async () => {
  const layer = nalu({ inputs: 1, outputs: 1 });
  const { gates, answers } = await look(sequential(layer, layer), new Map([...population('0/'), ...population('1/')]));
  // The first member's layers say x: a sum and a product of one input with weights of 1.
  expect([...answers.subarray(0, 3)].map(Math.round)).toEqual([1, 2, 100]);
  expect(gates[0]).toBeCloseTo(gates[1]!, 5);
  // The second member's first layer says −x or 1; its second gate sees that.
  const said = [1, 2].map((value) => sigmoid(-value) * -value + (1 - sigmoid(-value)));
  expect(gates[3]).toBeCloseTo((sigmoid(-said[0]!) + sigmoid(-said[1]!)) / 2, 5);
});

test('nodes of every layer', async () => {
  const backend = await createBackend();
  const layer = nalu({ inputs: 1, outputs: 1 });
  const nodes = await lookAtNodes(sequential(layer, layer), 2, x, backend);
  const [first, second] = await nodes.at(new Map([...population('0/'), ...population('1/')]));
  expect([...first!.subarray(0, 3)].map(Math.round)).toEqual([1, 2, 100]);
  expect(second).toHaveLength(2 * 3);
  nodes.dispose();
  expect(backend.memory().buffers).toBe(0);
  await backend.dispose();
});
