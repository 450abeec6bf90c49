import { dense, nac, nacMul, nalu, sequential, type Module } from '@nalu/core';
import { powerLaw } from './power-law.ts';
import type { FitProblem } from './problem.ts';

/** A network that can be trained on any problem. */
export interface ModelEntry {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Its weights can stand for a formula: not an ordinary network. */
  readonly isArithmetic: boolean;
  /** Its products see |x| and not x. */
  readonly readsMagnitudes: boolean;
  /** Whether it is trained on this problem unless somebody chooses the models. */
  readonly suits: (problem: FitProblem) => boolean;
  /** One output; as many inputs as the problem has. */
  readonly build: (problem: FitProblem) => Module;
}

/** Width of the dense baselines' two hidden layers, as in the article's figure of networks that fail to learn the identity. */
const hidden = 8;

type Layer = (sizes: { inputs: number; outputs: number }) => Module;

const always = (): boolean => true;
const oneLayer = ({ layers }: FitProblem): boolean => layers !== 2;
const twoLayers = ({ layers }: FitProblem): boolean => layers !== 1;
/** The article's functions have no constant to learn. */
const measured = ({ layers }: FitProblem): boolean => layers === undefined;

const single =
  (layer: Layer) =>
  ({ inputs }: FitProblem): Module =>
    layer({ inputs: inputs.length, outputs: 1 });

const stack = (layer: Layer) => (problem: FitProblem) => {
  const inputs = problem.inputs.length;
  // Two copies of an input are what a power above 1 needs: a^2 = a·a.
  const between = Math.max(2, inputs);
  return sequential(layer({ inputs, outputs: between }), layer({ inputs: between, outputs: 1 }));
};

const network = (activation: 'relu' | 'tanh') => (problem: FitProblem) =>
  sequential(
    dense({ inputs: problem.inputs.length, outputs: hidden, activation }),
    dense({ inputs: hidden, outputs: hidden, activation }),
    dense({ inputs: hidden, outputs: 1 }),
  );

/**
 * The networks of the comparison: the article's three, stacked where one layer cannot express the function; for measurements a
 * power law with a constant; and two ordinary ones.
 */
export const models: readonly ModelEntry[] = [
  { name: 'nac', title: 'NAC', isArithmetic: true, readsMagnitudes: false, suits: always, build: single(nac) },
  { name: 'nac-mul', title: 'NAC•', isArithmetic: true, readsMagnitudes: true, suits: oneLayer, build: single(nacMul) },
  { name: 'nac-mul-2', title: 'NAC• ×2', isArithmetic: true, readsMagnitudes: true, suits: twoLayers, build: stack(nacMul) },
  { name: 'nalu', title: 'NALU', isArithmetic: true, readsMagnitudes: true, suits: oneLayer, build: single(nalu) },
  { name: 'nalu-2', title: 'NALU ×2', isArithmetic: true, readsMagnitudes: true, suits: twoLayers, build: stack(nalu) },
  {
    name: 'power-law',
    title: 'power law',
    isArithmetic: true,
    readsMagnitudes: true,
    suits: measured,
    build: ({ train }) => powerLaw(train),
  },
  { name: 'relu', title: 'ReLU MLP', isArithmetic: false, readsMagnitudes: false, suits: always, build: network('relu') },
  { name: 'tanh', title: 'tanh MLP', isArithmetic: false, readsMagnitudes: false, suits: always, build: network('tanh') },
];

export const modelNames: readonly string[] = models.map(({ name }) => name);
