import { dense, nac, nacMul, nalu, sequential, type Module } from '@nalu/core';
import type { FitProblem } from './problem.ts';

/** A network that can be trained on any problem. */
export interface ModelEntry {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Made of the article's layers, and not an ordinary network. */
  readonly isArithmetic: boolean;
  /** Whether it is trained on this problem unless somebody chooses the models. */
  readonly suits: (problem: FitProblem) => boolean;
  /** One output; as many inputs as the problem has. */
  readonly build: (inputs: number) => Module;
}

/** Width of the dense baselines' two hidden layers, as in the article's figure of networks that fail to learn the identity. */
const hidden = 8;

const always = (): boolean => true;
const oneLayer = ({ layers }: FitProblem): boolean => layers !== 2;
const twoLayers = ({ layers }: FitProblem): boolean => layers !== 1;

const stack = (layer: (sizes: { inputs: number; outputs: number }) => Module) => (inputs: number) => {
  // Two copies of an input are what a power above 1 needs: a^2 = a·a.
  const between = Math.max(2, inputs);
  return sequential(layer({ inputs, outputs: between }), layer({ inputs: between, outputs: 1 }));
};

const network = (activation: 'relu' | 'tanh') => (inputs: number) =>
  sequential(
    dense({ inputs, outputs: hidden, activation }),
    dense({ inputs: hidden, outputs: hidden, activation }),
    dense({ inputs: hidden, outputs: 1 }),
  );

/** The networks of the comparison: the article's three, stacked where one layer cannot express the function, and two ordinary ones. */
export const models: readonly ModelEntry[] = [
  { name: 'nac', title: 'NAC', isArithmetic: true, suits: always, build: (inputs) => nac({ inputs, outputs: 1 }) },
  { name: 'nac-mul', title: 'NAC•', isArithmetic: true, suits: oneLayer, build: (inputs) => nacMul({ inputs, outputs: 1 }) },
  { name: 'nac-mul-2', title: 'NAC• ×2', isArithmetic: true, suits: twoLayers, build: stack(nacMul) },
  { name: 'nalu', title: 'NALU', isArithmetic: true, suits: oneLayer, build: (inputs) => nalu({ inputs, outputs: 1 }) },
  { name: 'nalu-2', title: 'NALU ×2', isArithmetic: true, suits: twoLayers, build: stack(nalu) },
  { name: 'relu', title: 'ReLU MLP', isArithmetic: false, suits: always, build: network('relu') },
  { name: 'tanh', title: 'tanh MLP', isArithmetic: false, suits: always, build: network('tanh') },
];

export const modelNames: readonly string[] = models.map(({ name }) => name);
