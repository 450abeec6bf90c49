import type { Distribution } from './distributions.ts';

/** Two distributions and what the authors' runs came to there. */
export interface Setting {
  readonly train: Distribution;
  readonly test: Distribution;
  /** Successes of ten by model: +, -, *, /. */
  readonly published: { readonly [model: string]: readonly number[] };
  /** What was found where a rate differs here, by model and operation. */
  readonly explanations?: { readonly [cell: string]: string };
}

const noneOfThese =
  "TensorFlow's RMSProp (mean squares that start from 1, ε under the root), RMSProp steps of its own for the penalty, and no penalty at all leave it at 10 of 10 here.";

/** The authors' runs that end with output 0. */
const outputIsZero = `In the authors' file the final test errors of these ten runs are the mean square of the target (0.5 for differences, 0.25 for products): their output is 0. Here they become that, with 0 of 10, when the sparsity penalty acts from the first step on, and not from epoch 11: it moves M̂, which starts below 0, further down, and W to 0. The runs here are past that by epoch 11; why the authors' are not is not known. ${noneOfThese}`;

const startsAgain =
  "In the authors' file every one of these runs starts again 8 or 9 times, as often as the rule allows: it looks at the losses of all steps, and quotients by exponential numbers have such outliers that the mean stays above 1. Here it looks at the losses at the ends of epochs, which miss most of them, and the runs are left alone.";

const learntBefore = `In the authors' file every one of these runs starts again 1 to 4 times; here all have learnt the product by step 8000, before the rule looks for the first time. With a penalty from the first step on, in RMSProp steps of its own that share the loss's mean squares as in their code, none succeeds here either. ${noneOfThese}`;

const normalOn = (low: number, high: number): Distribution => ({ kind: 'truncatedNormal', low, high });
const uniformOn = (low: number, high: number): Distribution => ({ kind: 'uniform', low, high });
const exponentialWith = (scale: number): Distribution => ({ kind: 'exponential', scale });

/** Experiment 1, counted from the authors' results of single runs: exp1_nalu_minimal_arith_results_ext.csv, last epoch, loss below 1e-5. */
export const minimalArithmetic: readonly Setting[] = [
  {
    train: normalOn(-3, 3),
    test: normalOn(8, 10),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 9, 2, 4], inalu: [10, 10, 10, 3] },
  },
  {
    train: normalOn(-2, 4),
    test: normalOn(8, 10),
    published: { nalu: [10, 0, 8, 0], 'inalu-shared': [10, 9, 10, 6], inalu: [10, 10, 10, 5] },
  },
  {
    train: normalOn(-4, 2),
    test: normalOn(8, 10),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 8, 0, 1], inalu: [10, 10, 0, 3] },
    explanations: { 'inalu *': learntBefore },
  },
  {
    train: uniformOn(-1, 1),
    test: uniformOn(-10, -5),
    published: { nalu: [10, 0, 8, 0], 'inalu-shared': [10, 9, 2, 4], inalu: [10, 10, 10, 3] },
  },
  {
    train: uniformOn(-5, 5),
    test: uniformOn(-10, -5),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 8, 10, 4], inalu: [10, 10, 10, 3] },
  },
  {
    train: exponentialWith(0.8),
    test: exponentialWith(0.5),
    published: { nalu: [10, 0, 10, 0], 'inalu-shared': [10, 10, 10, 5], inalu: [10, 10, 10, 7] },
  },
  {
    train: exponentialWith(0.2),
    test: exponentialWith(0.5),
    published: { nalu: [0, 0, 7, 0], 'inalu-shared': [0, 0, 0, 0], inalu: [10, 10, 0, 0] },
    explanations: {
      'inalu-shared -': outputIsZero,
      'inalu *': outputIsZero,
      'inalu-shared /': startsAgain,
      'inalu /': startsAgain,
    },
  },
];

/**
 * Experiment 4, counted in the same way from exp14_nalu_simple_func_results_ext.csv. NALU fails in all runs,
 * with one gate per output (the authors' matrix, which is the network here) as with one for both (their vector).
 */
export const simpleFunctions: readonly Setting[] = [
  {
    train: normalOn(-3, 3),
    test: normalOn(3, 4),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 3, 0, 0], inalu: [7, 7, 0, 0] },
  },
  {
    train: uniformOn(-3, 3),
    test: uniformOn(-5, -3),
    published: { nalu: [0, 0, 0, 0], 'inalu-shared': [10, 10, 0, 0], inalu: [9, 10, 0, 0] },
  },
];
