import { ArgumentError } from '../errors.ts';

/** Widths of a layer. */
export interface LayerSizes {
  /** Numbers per input row. */
  readonly inputs: number;
  /** Numbers per output row. Default: 1. */
  readonly outputs?: number;
}

/** @throws ArgumentError when a width is not a whole number of at least 1. */
export const checkSizes = (
  name: string,
  { inputs, outputs = 1 }: LayerSizes,
): { readonly inputs: number; readonly outputs: number } => {
  const wrong = Object.entries({ inputs, outputs }).find(([, width]) => !Number.isInteger(width) || width < 1);
  if (wrong !== undefined)
    throw new ArgumentError(`${name}: ${wrong[0]} must be a whole number of at least 1, but it is ${wrong[1]}.`);
  return { inputs, outputs };
};

/** @throws ArgumentError when ε could let log(0) through. */
export const checkEpsilon = (name: string, epsilon: number): number => {
  if (!(epsilon > 0 && Number.isFinite(epsilon)))
    throw new ArgumentError(`${name}: epsilon must be a positive number, but it is ${epsilon}.`);
  return epsilon;
};
