import type { Module, ParamTree } from './contract.ts';
import { mapParams } from './tree.ts';

/**
 * The same module with parameters that training leaves alone.
 *
 * @param which says by path which to freeze. Default: all.
 */
export const freeze = <P extends ParamTree>(module: Module<P>, which: (path: string) => boolean = () => true): Module<P> => ({
  ...module,
  params: mapParams(module.params, (spec, path) => (which(path) ? { ...spec, frozen: true } : spec)),
});
