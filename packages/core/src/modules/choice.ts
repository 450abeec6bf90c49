import { ArgumentError } from '../errors.ts';

/** @throws ArgumentError for an option whose value is none of those allowed. */
export const known = <T extends string>(module: string, option: string, value: T, allowed: readonly T[]): T => {
  if (!allowed.includes(value))
    throw new ArgumentError(`${module}: ${option} must be "${allowed.join('" or "')}", but it is "${value}".`);
  return value;
};
