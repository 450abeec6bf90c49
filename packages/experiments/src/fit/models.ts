import {
  clipByGlobalNorm,
  clipByValue,
  dense,
  inalu,
  linearRamp,
  nac,
  nacMul,
  nalu,
  nau,
  nmru,
  nmu,
  npu,
  realNpu,
  realNpuSparsity,
  sequential,
  sparsity,
  type FitOptions,
  type Module,
} from '@nalu/core';
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
  /** What belongs to its training, over so many steps. Default: nothing. */
  readonly training?: (steps: number) => Pick<FitOptions, 'regularisers' | 'clipping'>;
}

/** Width of the dense baselines' two hidden layers, as in the article's figure of networks that fail to learn the identity. */
const hidden = 8;

type Layer = (sizes: { inputs: number; outputs: number }) => Module;

const always = (): boolean => true;
const onRequest = (): boolean => false;
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

/** The published pull to whole weights: between 40 % and 70 % of the steps it grows from 0 to its strength. */
const pull = (strength: number, steps: number) => linearRamp(strength, 0.4 * steps, Math.max(0.4 * steps + 1, 0.7 * steps));
const wholeWeights =
  (strength: number) =>
  (steps: number): Pick<FitOptions, 'regularisers'> => ({ regularisers: [sparsity(pull(strength, steps))] });

const productOfSums = ({ inputs }: FitProblem): Module =>
  sequential(nau({ inputs: inputs.length, outputs: 2 }), nmu({ inputs: 2, outputs: 1 }));

/**
 * The networks of the comparison: the article's three, stacked where one layer cannot express the function; for measurements a
 * power law with a constant; and two ordinary ones. Those after them are trained when somebody asks for them.
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
  {
    name: 'nau',
    title: 'NAU',
    isArithmetic: true,
    readsMagnitudes: false,
    suits: onRequest,
    build: single(nau),
    training: wholeWeights(0.01),
  },
  {
    name: 'nmu',
    title: 'NMU',
    isArithmetic: true,
    readsMagnitudes: false,
    suits: onRequest,
    build: single(nmu),
    training: wholeWeights(10),
  },
  {
    name: 'nau-nmu',
    title: 'NAU → NMU',
    isArithmetic: true,
    readsMagnitudes: false,
    suits: onRequest,
    build: productOfSums,
    training: wholeWeights(10),
  },
  {
    name: 'inalu',
    title: 'iNALU',
    isArithmetic: true,
    readsMagnitudes: false,
    suits: onRequest,
    build: single(inalu),
    training: () => ({ clipping: [clipByValue(0.1)] }),
  },
  { name: 'npu', title: 'NPU', isArithmetic: true, readsMagnitudes: false, suits: onRequest, build: single(npu) },
  {
    name: 'real-npu',
    title: 'Real NPU',
    isArithmetic: true,
    readsMagnitudes: false,
    suits: onRequest,
    build: single((sizes) => realNpu({ ...sizes, variant: 'modified' })),
    training: (steps) => ({ regularisers: [realNpuSparsity(pull(1, steps))] }),
  },
  {
    name: 'nmru',
    title: 'NMRU',
    isArithmetic: true,
    readsMagnitudes: false,
    suits: onRequest,
    build: single(nmru),
    training: (steps) => ({ ...wholeWeights(10)(steps), clipping: [clipByGlobalNorm(1)] }),
  },
];

export const modelNames: readonly string[] = models.map(({ name }) => name);
