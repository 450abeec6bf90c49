import { ArgumentError } from '../errors.ts';
import { instantiate } from '../graph/instantiate.ts';
import type { OpAttrs, OpName } from '../ops/attrs.ts';
import type { OpRow, VjpContext } from '../ops/row.ts';
import { ops } from '../ops/table.ts';
import { withLine, withScopePath } from '../tensor/provenance.ts';
import { showShape } from '../tensor/shape.ts';
import { constant, makeTensor, type Tensor } from '../tensor/tensor.ts';

/** All tensors that `root` depends on, inputs before users, without recursion. */
const topological = (root: Tensor): readonly Tensor[] => {
  const order: Tensor[] = [];
  const done = new Set<Tensor>();
  const pending = [root];
  while (pending.length > 0) {
    const tensor = pending[pending.length - 1]!;
    const missing = done.has(tensor) ? [] : tensor.inputs.filter((input) => !done.has(input));
    if (missing.length > 0) {
      pending.push(...missing);
      continue;
    }
    pending.pop();
    if (!done.has(tensor)) {
      done.add(tensor);
      order.push(tensor);
    }
  }
  return order;
};

const vjpOf = (tensor: Tensor, g: Tensor): readonly (Tensor | undefined)[] => {
  if (tensor.op === 'call') return instantiate((tensor.attrs as OpAttrs['call']).vjp, [...tensor.inputs, tensor, g]);
  const row = ops[tensor.op] as unknown as OpRow<OpName>;
  const context: VjpContext<OpName> = { inputs: tensor.inputs, output: tensor, attrs: tensor.attrs, g, make: makeTensor };
  return row.vjp(context);
};

/**
 * Reverse-mode derivatives ∂loss/∂wrt, as tensors of the same trace: differentiation is graph → graph. Each op's rule is in
 * its row. The result has one tensor per entry of `wrt`, in its shape; zeros where the loss does not depend on it.
 *
 * @param loss a scalar (shape []).
 * @throws ArgumentError when the loss is not a scalar; DerivativeError through a scan.
 */
export const gradients = (loss: Tensor, wrt: readonly Tensor[]): readonly Tensor[] => {
  if (loss.size !== 1) {
    throw new ArgumentError(
      `Only a scalar can be differentiated, but the loss has shape ${showShape(loss.shape)}. Reduce it first, with mean() or sum().`,
    );
  }
  const order = topological(loss);
  const wanted = new Set<Tensor>(wrt);
  for (const tensor of order) {
    if (tensor.op !== 'stopGradient' && tensor.inputs.some((input) => wanted.has(input))) wanted.add(tensor);
  }
  const cotangents = new Map<Tensor, Tensor>([[loss, constant(1).broadcastTo(loss.shape)]]);
  for (let i = order.length - 1; i >= 0; i--) {
    const tensor = order[i]!;
    const g = cotangents.get(tensor);
    if (g === undefined || !wanted.has(tensor) || tensor.inputs.length === 0) continue;
    const path = `grad(${tensor.scope})`;
    withScopePath(path, () =>
      withLine(tensor.line, () => {
        const flows = vjpOf(tensor, g);
        tensor.inputs.forEach((input, position) => {
          const flow = flows[position];
          if (flow === undefined || !wanted.has(input)) return;
          const sum = cotangents.get(input);
          cotangents.set(input, sum === undefined ? flow : sum.add(flow));
        });
      }),
    );
  }
  return wrt.map((tensor) => cotangents.get(tensor) ?? constant(0).broadcastTo(tensor.shape));
};
