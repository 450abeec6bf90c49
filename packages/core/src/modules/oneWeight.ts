import type { Initialiser } from '../random/initialisers.ts';
import type { ParamSpec } from './contract.ts';

/** The stored form of weights that a layer uses as they are: one matrix. */
export type OneWeight = { readonly weight: ParamSpec };

export const oneWeight = (inputs: number, outputs: number, init: Initialiser): OneWeight => ({
  weight: { shape: [inputs, outputs], init, group: 'weights' },
});
