import type { Experiment } from '../reproduce/experiment.ts';
import { minimalArithmetic, simpleFunctions } from './inalu-published.ts';
import { ofTwoNumbers, ofTwoSums } from './inalu-tasks.ts';
import { inaluCells } from './inalu-training.ts';

/** iNALU's own comparisons with NALU. */
export const inaluExperiment: Experiment = {
  name: 'inalu',
  title: "iNALU's minimal arithmetic task (one layer, two inputs) and its simple functions (two layers, 100 inputs)",
  paper: 'Schlör, Ring and Hotho 2020, Frontiers in Artificial Intelligence 3:71, arXiv 2003.07629, experiments 1 and 4',
  criterion: 'Test MSE below 1e-5 after the last epoch.',
  protocol: [
    'y = a op b. U: uniform; N(l,h): normal with mean (l+h)/2 and deviation (h-l)/6, cut off at l and h; E(s): exponential with scale s.',
    '64,000 rows, batches of 64, 100 epochs; mean squared error; RMSProp, learning rate 0.01, decay 0.9; every gradient clipped to ±0.1. Weights move in 8 batches of 10, the gate in the other 2.',
    'From epoch 11 on, while the loss of the batch is below 1, 0.05 times the sparsity penalty. Every tenth epoch a run starts again from U[-2,2) when its loss stagnates above 1.',
    'Initial values: Ŵ ~ N(1, 0.1), M̂ ~ N(-1, 0.1), g ~ N(0, 0.1). 10 runs. The same training for all models.',
    "nalu: shared weights, gate σ(x·G) (the paper's matrix and vector gates are the same with one output); inalu-shared: iNALU (sw); inalu: iNALU (iw).",
    "100 inputs: each is ignored, part of a or part of b with probabilities 1/4, 1/2 and 1/4; a and b are the sums of their parts. Two layers of the same kind, with a hidden size of 2. nalu has one gate per output (the paper's matrix gate; with its vector gate, one for both, the published rates are the same). The rest is as with two inputs.",
    "100 inputs, products: the published rates are 0, but 38 of the authors' 40 iNALUs end with test errors of 2.4e-5 to 9.1e-5, which is a few units in the last place of targets around 20,000: the criterion asks for more than single precision holds.",
  ],
  deviations: [
    "The authors' code takes two more RMSProp steps for the penalty, one for the weights and one for the gate; here it is added to the loss, and moves what has its turn.",
    'Stagnation is judged once every ten epochs, by the losses at the ends of epochs; there in every step of every tenth epoch, by the losses of all steps.',
    'All runs have the same rows; there every seed draws its own. The test set has 10,000 rows; there 64,000.',
    '100 inputs: all runs have the same selection, drawn once (49 inputs in a, 28 in b, 23 in neither); there every run draws its own.',
    "TensorFlow's RMSProp starts its mean square from 1; here from 0.",
    "Experiment 2 is left out, because the authors' files have the script, the names and the settings of experiment 1 for it, with other results; so is experiment 3, their search for the initial values.",
  ],
  scoring: 'median',
  cells: () => [...inaluCells(ofTwoNumbers, minimalArithmetic), ...inaluCells(ofTwoSums, simpleFunctions)],
  quick: {
    runs: 4,
    scale: 0.1,
    keeps: ({ range, module }) => range === 'U(-1,1) → U(-10,-5)' && module !== 'inalu-shared',
  },
};
