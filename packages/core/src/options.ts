import { ArgumentError } from './errors.ts';
import { shown } from './shown.ts';

/** Every option by name; its type sees that none is missing. */
export type OptionNames<T> = { readonly [K in keyof T]-?: true };

/**
 * The options, after a look at their names: a misspelt one must not be passed over.
 *
 * @param owner what messages call the function that takes them.
 * @throws ArgumentError for what holds no options, and for an option that does not exist.
 */
export const checkOptionNames = <T extends object>(owner: string, options: T, names: OptionNames<T>): T => {
  const known = Object.keys(names).join(', ');
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(`${owner} takes its options as an object ({ ${known} }), but got ${shown(options)}.`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined) throw new ArgumentError(`${owner} has no option "${unknown}". Its options are ${known}.`);
  return options;
};
