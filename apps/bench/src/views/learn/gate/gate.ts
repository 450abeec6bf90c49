import { sigmoid } from '../weights/nac.ts';

/** A gate between a sum and a product, and what comes out. */
export interface Gated {
  /** g = σ(x·G). */
  readonly gate: number;
  readonly sum: number;
  readonly product: number;
  /** g·sum + (1 − g)·product. */
  readonly value: number;
}

/** NALU with exact weights: sum and product of all inputs, and a gate that reads them. Trask et al. (2018), section 3. */
export const gated = (x: readonly number[], weights: readonly number[]): Gated => {
  const gate = sigmoid(x.reduce((total, value, i) => total + value * weights[i]!, 0));
  const sum = x.reduce((total, value) => total + value, 0);
  const product = x.reduce((total, value) => total * value, 1);
  return { gate, sum, product, value: gate * sum + (1 - gate) * product };
};

/** What a gate does at this value, in words. */
export const choiceOf = (gate: number): 'the sum' | 'the product' | 'a mixture of both' =>
  gate >= 0.99 ? 'the sum' : gate <= 0.01 ? 'the product' : 'a mixture of both';
