import type { Formula } from '@nalu/core';

/** What the trained weights stand for. */
export interface Readout {
  /** The formula; it begins with ≈ where the rounded formula does not hold inside the training range. */
  readonly formula: string;
  readonly latex: string;
  /** Relative errors of that formula itself, apart from the network that it came from. */
  readonly formulaError: { readonly interpolation: number; readonly extrapolation: number };
}

/** How well one model learned one problem on one backend. */
export interface FitRun {
  readonly model: string;
  /** The model's name for people: NAC•, NALU ×2. */
  readonly title: string;
  readonly backend: string;
  readonly seeds: number;
  /** The member with the lowest validation error: everything below is about it. Counted from 0. Null when no member had a finite one. */
  readonly member: number | null;
  /** Steps that were trained. */
  readonly steps: number;
  readonly interrupted: boolean;
  /** Why nothing was learned; null when at least one member had a finite error. */
  readonly failure: string | null;
  /** Mean squared error of the chosen member on the rows that chose it. */
  readonly validation: { readonly mse: number };
  readonly interpolation: { readonly mse: number; readonly relative: number };
  readonly extrapolation: { readonly mse: number; readonly relative: number };
  /** Relative error far outside below `learnedBelow`. */
  readonly learned: boolean;
  /** Null for networks that have no formula to show. */
  readonly formula: Readout['formula'] | null;
  /** Why there is no formula; null when there is one. */
  readonly noFormula: string | null;
  readonly latex: Readout['latex'] | null;
  readonly formulaError: Readout['formulaError'] | null;
  /** The layers' constrained weights and their distances to -1, 0 and 1. */
  readonly weights: Formula['weights'];
  /** Which path each gate chose. */
  readonly gates: Formula['gates'];
  readonly milliseconds: number;
  /** Per step and member; null when it was interrupted before it could be measured. */
  readonly microsecondsPerStep: number | null;
  /** Largest number of bytes of the whole population on the backend at one time, predicted from the compiled graphs. */
  readonly peakBytes: number | null;
}

/** A model counts as having learned a function when its relative error far outside the training range is below this. */
export const learnedBelow = 1e-3;
