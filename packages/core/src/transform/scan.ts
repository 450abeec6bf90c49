import { traceWithCaptures } from '../graph/trace.ts';
import { makeTensor, type Tensor } from '../tensor/tensor.ts';
import { ArgumentError } from '../errors.ts';
import { showShape } from '../tensor/shape.ts';

export interface ScanOptions {
  /** Number of steps. */
  readonly length: number;
  /** What goes from step to step; the body returns the next values in the same shapes. */
  readonly carry: readonly Tensor[];
  /** Stacked inputs: step t sees element t of the first axis. Default: none. */
  readonly xs?: readonly Tensor[];
  /** Keep the outputs of every n-th step only (steps n−1, 2n−1, …). Default: 1. */
  readonly keepEvery?: number;
}

export interface ScanStep {
  readonly carry: readonly Tensor[];
  /** Outputs to stack. Default: none. */
  readonly ys?: readonly Tensor[];
}

export interface ScanResult {
  readonly carry: readonly Tensor[];
  /** [⌊length / keepEvery⌋, ...shape] each. */
  readonly ys: readonly Tensor[];
}

/**
 * A loop as one node: the body is traced once and repeated. Tensors of the surrounding trace may be used in the body. There
 * is no derivative through a scan yet; unroll up to about 32 steps to train through time.
 *
 * @throws ShapeError when the body changes the shape of a carry, or a stacked input is not `length` long.
 */
export const scan = (
  { length, carry, xs = [], keepEvery = 1 }: ScanOptions,
  body: (carry: readonly Tensor[], xs: readonly Tensor[]) => ScanStep,
): ScanResult => {
  if (carry.length === 0)
    throw new ArgumentError('scan needs at least one carry; without one, use a batched op over the stacked inputs.');
  const flat = xs.find((x) => x.rank === 0);
  if (flat !== undefined)
    throw new ArgumentError(
      `A stacked input of scan needs a first axis of ${length} steps, but one has shape ${showShape(flat.shape)}.`,
    );
  let outputs = 0;
  const { graph, captured } = traceWithCaptures(
    'scan body',
    [
      ...carry.map(({ shape }, i) => ({ name: `carry${i}`, shape })),
      ...xs.map(({ shape }, i) => ({ name: `x${i}`, shape: shape.slice(1) })),
    ],
    (...args) => {
      const step = body(args.slice(0, carry.length), args.slice(carry.length));
      if (step.carry.length !== carry.length)
        throw new ArgumentError(`The scan starts with ${carry.length} carries, but its body returns ${step.carry.length}.`);
      outputs = step.ys?.length ?? 0;
      return [...step.carry, ...(step.ys ?? [])];
    },
  );
  const own = carry.length + xs.length;
  const reordered = { ...graph, inputs: [...graph.inputs.slice(own), ...graph.inputs.slice(0, own)] };
  const node = makeTensor('scan', [...captured, ...carry, ...xs], {
    body: reordered,
    length,
    constants: captured.length,
    carries: carry.length,
    keepEvery,
  });
  const results = Array.from({ length: carry.length + outputs }, (_, i) => node.pick(i));
  return { carry: results.slice(0, carry.length), ys: results.slice(carry.length) };
};
