import type { Published } from '../reproduce/published.ts';

/** Success rates by operation and model: function_task_static_all.tex, 100 seeds each. What is not named here has 0. */
const defaults: { readonly [operation: string]: { readonly [model: string]: number } } = {
  '*': { 'nac-mul-sigmoid': 1, nmu: 0.98, 'nac-mul-nmu': 0.93, 'nac-mul': 0.31 },
  '/': {},
  '+': { nau: 1, linear: 1, nac: 1, relu: 0.62, nalu: 0.14 },
  '-': { nau: 1, nac: 1, nmu: 0.56, nalu: 0.14, linear: 0.07 },
  'sqrt(a)': { 'nac-mul': 0.07, 'nac-mul-nmu': 0.03, nalu: 0.02 },
  'a^2': { nmu: 1, 'nac-mul-nmu': 1, 'nac-mul-sigmoid': 1, 'nac-mul': 0.77 },
};

export const publishedDefault = (operation: string, model: string): Published => ({
  value: defaults[operation]![model] ?? 0,
  certainty: 'certain',
  runs: 100,
});

/** Rates of the gating study (function_task_static_nalu.tex), 100 seeds each. */
const gating: { readonly [model: string]: { readonly [operation: string]: number } } = {
  'gated-nau-nmu': { '*': 0.62, '+': 0.37 },
  'nalu-separate': { '*': 0.22, '+': 0.51 },
  nalu: { '*': 0.24, '+': 0.34 },
};

export const publishedGating = (operation: string, model: string): Published => ({
  value: gating[model]![operation]!,
  certainty: 'certain',
  runs: 100,
});

/** Rates of the function with 10 parameters (simple_mul.tex), 100 seeds each. */
export const publishedTenParameters: { readonly [model: string]: Published } = {
  nmu: { value: 0.94, certainty: 'certain', runs: 100 },
  nalu: { value: 0.26, certainty: 'certain', runs: 100 },
  'nac-mul': {
    value: 0.13,
    certainty: 'certain',
    runs: 100,
    explanation:
      "here 25 % of 500 runs from two seeds; the cause was not found. Runs are either exact or end in other minima, with errors near 1e4, so that the threshold does not decide; those that learn it need as many steps as published (median 59,000 and 55,000); and other initial weights (U[-2,2), Glorot, the paper's without its least fan of 5) make no difference: 32 to 38 of 200 runs each after 80,000 steps, and 35 with the paper's",
  },
};

/** Rates along a sweep, read off the vector figures to about 0.005; after the last the rate stays. */
interface Sweep {
  readonly [model: string]: readonly number[];
}

const along = (sweep: Sweep, model: string, index: number): Published | undefined => {
  const rates = sweep[model];
  return rates === undefined ? undefined : { value: rates[Math.min(index, rates.length - 1)]!, certainty: 'figure' };
};

/** In the order [-2,-1], [-2,2], [0,1], [0.1,0.2], [1,2], [1.1,1.2], [10,20]. */
const byRange: Sweep = {
  nmu: [1, 0.78, 1, 0.84, 1, 0, 1],
  'nac-mul-nmu': [0.92, 0, 1, 0.58, 0.9, 0, 0.54],
  'nac-mul-sigmoid': [1, 0, 1, 1, 1, 0, 1],
  'nac-mul': [0.26, 0, 0.64, 0.08, 0.245, 0, 0.42],
  nalu: [0, 0, 0.02, 0, 0, 0, 0.02],
};

/** Hidden sizes 2 to 10. */
const byHiddenSize: Sweep = {
  nmu: [1, 0.88, 0.92, 0.97, 0.72, 0.77, 0.74, 0.59, 0.63],
  'nac-mul-nmu': [0.895, 0.545, 0.31, 0.06, 0],
  'nac-mul-sigmoid': [1, 0],
  nalu: [0],
};

/** 4, 10, 25, then to 300 by 25. */
const byInputSize: Sweep = {
  nmu: [0.96, 0.98, 0.94, 1, 0.96, 0.98, 1, 0.98, 0.96, 0.9, 1, 0.98, 0.92, 0.78],
  'nac-mul-sigmoid': [0.88, 0.98, 0.98, 1, 1, 1, 1, 0.96, 1, 0.96, 0.98, 1, 0.98, 1],
  nalu: [0.57, 0.08, 0.1, 0.02, 0.02, 0],
  'gated-nau-nmu': [0.88, 0.04, 0.08, 0],
};

export const publishedByRange = (model: string, index: number): Published | undefined => along(byRange, model, index);
export const publishedByHiddenSize = (model: string, index: number): Published | undefined => along(byHiddenSize, model, index);
export const publishedByInputSize = (model: string, index: number): Published | undefined => along(byInputSize, model, index);
