import { GraphError } from '../errors.ts';
import type { AnyValues, ParamSpec, ParamTree } from './contract.ts';

/** A parameter with its path, such as `0/wHat`. */
export interface NamedParam {
  readonly path: string;
  readonly spec: ParamSpec;
}

const isSpec = (entry: ParamSpec | ParamTree): entry is ParamSpec => Array.isArray((entry as Partial<ParamSpec>).shape);

const joined = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}/${name}`);

/** All parameters of a tree in the order of their declaration, which is the order of everything that lists them. */
export const listParams = (tree: ParamTree, prefix: string = ''): readonly NamedParam[] =>
  Object.entries(tree).flatMap(([name, entry]) => {
    const path = joined(prefix, name);
    return isSpec(entry) ? [{ path, spec: entry }] : listParams(entry, path);
  });

/** Puts one value per parameter, in the order of `listParams`, into the tree's shape. */
export const unflatten = <T>(tree: ParamTree, values: readonly T[]): AnyValues<T> => {
  let next = 0;
  const build = (branch: ParamTree): AnyValues<T> =>
    Object.fromEntries(Object.entries(branch).map(([name, entry]) => [name, isSpec(entry) ? values[next++]! : build(entry)]));
  return build(tree);
};

/** The values of a tree in the order of `listParams`. */
export const flatten = <T>(tree: ParamTree, values: AnyValues<T>): readonly T[] =>
  Object.entries(tree).flatMap(([name, entry]) => {
    const value = values[name];
    if (value === undefined)
      throw new GraphError(`A function of the module left out the parameter "${name}". Return all parameters, changed or not.`);
    return isSpec(entry) ? [value as T] : flatten(entry, value as AnyValues<T>);
  });

/** Changes every declaration of a tree. */
export const mapParams = <P extends ParamTree>(
  tree: P,
  change: (spec: ParamSpec, path: string) => ParamSpec,
  prefix: string = '',
): P =>
  Object.fromEntries(
    Object.entries(tree).map(([name, entry]) => {
      const path = joined(prefix, name);
      return [name, isSpec(entry) ? change(entry, path) : mapParams(entry, change, path)];
    }),
  ) as P;
