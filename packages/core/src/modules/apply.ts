import { ArgumentError, ShapeError } from '../errors.ts';
import { withScope } from '../tensor/provenance.ts';
import { showShape } from '../tensor/shape.ts';
import { isTensor, type Tensor } from '../tensor/tensor.ts';
import type { AnyValues, ApplyContext, Module } from './contract.ts';

const INFERENCE: ApplyContext = { training: false };

/**
 * Runs a module in a scope with its name: x [rows, inputs] → [rows, outputs].
 *
 * @param scope names the scope; default: the module's name.
 * @throws ShapeError naming the module when the input does not fit or the result has another shape.
 */
export const applyModule = (
  module: Module,
  parameters: AnyValues<Tensor>,
  x: Tensor,
  context: ApplyContext = INFERENCE,
  scope: string = module.name,
): Tensor =>
  withScope(scope, () => {
    if (x.rank !== 2 || x.shape[1] !== module.inputs) {
      throw new ShapeError(
        `The module "${module.name}" takes rows of ${module.inputs} numbers, [rows, ${module.inputs}], but was given ${showShape(x.shape)}.`,
      );
    }
    const y: unknown = module.apply(parameters, x, context);
    if (!isTensor(y))
      throw new ArgumentError(`The module "${module.name}" must return a tensor from apply, but it returned ${typeof y}.`);
    if (y.rank !== 2 || y.shape[0] !== x.shape[0] || y.shape[1] !== module.outputs) {
      const wanted = showShape([x.shape[0]!, module.outputs]);
      throw new ShapeError(
        `The module "${module.name}" declares ${module.outputs} outputs, so apply must return ${wanted}, but it returned ${showShape(y.shape)}.`,
      );
    }
    return y;
  });
