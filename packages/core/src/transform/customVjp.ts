import { trace } from '../graph/trace.ts';
import { showShape } from '../tensor/shape.ts';
import { makeTensor, type Tensor } from '../tensor/tensor.ts';
import { ArgumentError } from '../errors.ts';

/** What a custom derivative sees: the function's inputs, its output, and the cotangent of the output. */
export interface CustomVjpContext {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly g: Tensor;
}

/**
 * A function with a derivative of its own: straight-through estimators, clipped or rescaled gradients. In a graph it is one
 * `call` node with two bodies; compilers inline the first.
 *
 * @param backward returns one cotangent per input, in the input's shape.
 * @throws ShapeError when a cotangent has another shape than its input.
 */
export const customVjp = (
  name: string,
  forward: (...inputs: Tensor[]) => Tensor,
  backward: (context: CustomVjpContext) => readonly Tensor[],
): ((...inputs: Tensor[]) => Tensor) => {
  return (...inputs) => {
    if (inputs.length === 0)
      throw new ArgumentError(`The function "${name}" has no inputs, so it needs no derivative of its own.`);
    const specs = inputs.map((input, i) => ({ name: `x${i}`, shape: input.shape }));
    const body = trace(specs, (...args) => [forward(...args)], name);
    const output = { name: 'output', shape: body.nodes[body.outputs[0]!]!.shape };
    const vjp = trace(
      [...specs, output, { name: 'g', shape: output.shape }],
      (...args) => backward({ inputs: args.slice(0, -2), output: args.at(-2)!, g: args.at(-1)! }),
      `derivative of ${name} at ${inputs.map((input) => showShape(input.shape)).join(', ')}`,
    );
    return makeTensor('call', inputs, { name, body, vjp });
  };
};
