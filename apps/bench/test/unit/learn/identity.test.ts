import { describe, expect, test } from 'vitest';
import { answersOf, errorFarOutside, meanAnswers, movesAt, nodesAt } from '../../../src/views/learn/identity/networks.ts';
import type { IdentityNetwork, IdentitySetting, IdentityState } from '../../../src/workers/train/protocol.ts';

const network: IdentityNetwork = { name: 'tanh', formula: '', isArithmetic: false, published: null, widths: [2, 1] };
const setting: IdentitySetting = { device: '', isSoftware: false, x: [-20, 0, 20], networks: [network], members: 2, steps: 1 };
const state: IdentityState = {
  network: 0,
  step: 1,
  answers: Float32Array.of(-5, 0, 5, -20, 1, 24),
  nodes: Float32Array.of(-1, 0.5, -5, 0, 0.505, 0, 1, 0.9, 5),
};

describe('what is read from a state', () => {
  test('answers of a member, and their mean', () => {
    expect([...answersOf(state, 1, 3)]).toEqual([-20, 1, 24]);
    expect(meanAnswers(setting, state)).toEqual([-12.5, 0.5, 14.5]);
  });
  test('mean absolute error at both ends over all members', () => {
    expect(errorFarOutside(setting, state)).toBe((15 + 15 + 0 + 4) / 4);
  });
  test('nodes layer by layer', () => expect(nodesAt(state, network, 2)).toEqual([[1, expect.closeTo(0.9, 6)], [5]]));
  test('an inner node moves when it changes from one question to the next', () => {
    expect(movesAt(state, network, 1)).toEqual([[true, false]]);
    expect(movesAt(state, network, 2)).toEqual([[true, true]]);
    expect(movesAt(state, network, 0)).toEqual([[true, false]]);
  });
});
