import { CheckpointError } from '../errors.ts';
import type { NamedTensor } from '../training/snapshot.ts';
import { checkSameModule, type ModuleDescription } from './description.ts';

/**
 * A model's tensors are exactly its module's parameters, named by their paths, and finite: one that is not predicts nothing.
 * (A training state may hold members that diverged, so it is not checked.)
 */
export const checkModel = (module: ModuleDescription, tensors: ReadonlyMap<string, NamedTensor>): void => {
  checkSameModule({ ...module, params: [...tensors].map(([path, { shape }]) => ({ path, shape })) }, module);
  for (const [path, { data }] of tensors) {
    const index = data.findIndex((value) => !Number.isFinite(value));
    if (index >= 0)
      throw new CheckpointError(
        `The parameter "${path}" holds ${data[index]} at position ${index}. A model's parameters must be finite; save a member that did not diverge.`,
      );
  }
};
