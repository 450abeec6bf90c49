/** A layer's constrained weights, as the layer uses them. */
export interface WeightReport {
  /** Index of the layer in its stack, from 0. */
  readonly layer: number;
  /** Inputs × outputs. */
  readonly values: readonly (readonly number[])[];
  /** Largest distance of a weight to the nearest of -1, 0 and 1. */
  readonly distance: number;
}

/** How well one model learned one problem on one backend. */
export interface FitRun {
  readonly model: string;
  /** The model's name for people: NAC•, NALU ×2. */
  readonly title: string;
  readonly backend: string;
  readonly seeds: number;
  /** The member with the lowest validation error: everything below is about it. */
  readonly member: number;
  /** Steps that were trained. */
  readonly steps: number;
  readonly interrupted: boolean;
  /** Mean squared error of the chosen member on the rows that chose it. */
  readonly validation: { readonly mse: number };
  readonly interpolation: { readonly mse: number; readonly relative: number };
  readonly extrapolation: { readonly mse: number; readonly relative: number };
  /** Relative error far outside below `learnedBelow`. */
  readonly learned: boolean;
  /** The formula that the weights stand for once they are rounded; null for networks that have none. */
  readonly formula: string | null;
  readonly latex: string | null;
  /** Relative errors of that formula on the same rows. */
  readonly formulaError: { readonly interpolation: number; readonly extrapolation: number } | null;
  readonly weights: readonly WeightReport[];
  readonly milliseconds: number;
  /** Per step and member. */
  readonly microsecondsPerStep: number;
}

/** A model counts as having learned a function when its relative error far outside the training range is below this. */
export const learnedBelow = 1e-3;
