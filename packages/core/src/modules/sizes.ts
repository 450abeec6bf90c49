import { ArgumentError } from '../errors.ts';
import { checkOptionNames, type OptionNames } from '../options.ts';
import { shown } from '../shown.ts';

/** Widths of a layer. */
export interface LayerSizes {
  /** Numbers per input row. */
  readonly inputs: number;
  /** Numbers per output row. Default: 1. */
  readonly outputs?: number;
}

/** The options of a layer beside its widths, by name. */
export type OtherNames<T extends LayerSizes> = OptionNames<Omit<T, keyof LayerSizes>>;

/**
 * The widths of a layer.
 *
 * @param others names of its options beside the widths.
 * @throws ArgumentError when a width is not a whole number of at least 1, and for an option that does not exist.
 */
export const checkSizes = <T extends LayerSizes>(
  name: string,
  options: T,
  others: OtherNames<T>,
): { readonly inputs: number; readonly outputs: number } => {
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(`${name} needs its widths, such as \`${name}({ inputs: 2, outputs: 1 })\`.`);
  checkOptionNames<object>(name, options, { inputs: true, outputs: true, ...others });
  const { inputs, outputs = 1 } = options;
  const wrong = Object.entries({ inputs, outputs }).find(([, width]) => !Number.isInteger(width) || width < 1);
  if (wrong !== undefined)
    throw new ArgumentError(`${name}: ${wrong[0]} must be a whole number of at least 1, but it is ${shown(wrong[1])}.`);
  return { inputs, outputs };
};

/** @throws ArgumentError when ε could let log(0) through. */
export const checkEpsilon = (name: string, epsilon: number): number => {
  if (!(epsilon > 0 && Number.isFinite(epsilon)))
    throw new ArgumentError(`${name}: epsilon must be a positive number, but it is ${epsilon}.`);
  return epsilon;
};
