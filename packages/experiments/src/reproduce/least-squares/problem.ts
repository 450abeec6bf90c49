import { applyModule, gradients, listParams, unflatten, type Module, type NamedTensor, type Rows, type Tensor } from '@nalu/core';
import { interpret, trace, vectorize } from '@nalu/core/graph';
import type { Population } from '../population.ts';

type Vector = Float64Array<ArrayBufferLike>;

/** The parameters that are free, in the module's order. */
export type Values = readonly Vector[];

/** The mean squared error of a network with one output on rows, as a function of its free parameters, in double precision. */
export interface Problem {
  readonly start: Values;
  /** Mean of the squared targets: what an error is measured by. */
  readonly size: number;
  readonly errorOf: (values: Values) => number;
  /** JᵀJ (its lower half) and −Jᵀr of the residuals r. */
  readonly normalEquations: (values: Values) => { readonly a: Vector; readonly g: Vector };
  /** First derivatives of the error. */
  readonly gradient: (values: Values) => Vector;
  /** Second derivatives of the error, [n, n]. */
  readonly hessian: (values: Values) => Vector;
  /** The whole network. */
  readonly parametersOf: (values: Values) => Population;
}

/** JᵀJ (its lower half) and −Jᵀr, from the residuals r and the derivatives of the answers by each parameter, row by row. */
const normalEquationsOf = (residuals: Vector, jacobian: readonly Vector[]): { readonly a: Vector; readonly g: Vector } => {
  const rows = residuals.length;
  const widths = jacobian.map(({ length }) => length / rows);
  const n = widths.reduce((sum, width) => sum + width, 0);
  const a = new Float64Array(n * n);
  const g = new Float64Array(n);
  const line = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    let at = 0;
    jacobian.forEach((part, i) => {
      line.set(part.subarray(row * widths[i]!, (row + 1) * widths[i]!), at);
      at += widths[i]!;
    });
    for (let i = 0; i < n; i++) {
      const each = line[i]!;
      g[i] = g[i]! - each * residuals[row]!;
      for (let j = 0; j <= i; j++) a[i * n + j] = a[i * n + j]! + each * line[j]!;
    }
  }
  return { a, g };
};

const sumOf = (tensors: readonly Tensor[]): Tensor => tensors.reduce((total, each) => total.add(each));

/** The values after a step along a direction over all of them. */
export const moved = (values: Values, direction: Vector, length = 1): Values => {
  let at = 0;
  return values.map((each) => each.map((value) => value + length * direction[at++]!));
};

/** @param held paths of parameters that stay as they are. */
export const newProblem = (
  module: Module,
  parameters: Population,
  { x, y }: Rows,
  held: ReadonlySet<string> = new Set(),
): Problem => {
  const params = listParams(module.params);
  const free = params.filter(({ path }) => !held.has(path));
  const [rows, width] = [x.shape[0]!, x.shape[1]!];
  const inputs = params.map(({ path, spec }) => ({ name: path, shape: spec.shape }));
  const answer = (own: readonly Tensor[], of: Tensor): Tensor => applyModule(module, unflatten(module.params, own), of);
  const freeOf = (own: readonly Tensor[]): readonly Tensor[] => own.filter((_, i) => !held.has(params[i]!.path));
  const ofRow = trace(
    [...inputs, { name: 'x', shape: [1, width] }],
    (...tensors) => {
      const own = tensors.slice(0, -1);
      const said = answer(own, tensors.at(-1)!).sum();
      return [said, ...gradients(said, freeOf(own))];
    },
    'answers and their derivatives',
  );
  const ofRows = vectorize(ofRow, rows, [...params.map(() => false), true]);
  const answers = trace(
    [...inputs, { name: 'x', shape: [rows, width] }],
    (...tensors) => [answer(tensors.slice(0, -1), tensors.at(-1)!)],
    'answers',
  );
  const given = Float64Array.from(x.data);
  const targets = Float64Array.from(y.data);
  const starts = new Map(params.map(({ path }) => [path, Float64Array.from(parameters.get(path)!.data)]));
  const start = free.map(({ path }) => starts.get(path)!);
  const whole = (values: Values): Values => {
    let at = 0;
    return params.map(({ path }) => (held.has(path) ? starts.get(path)! : values[at++]!));
  };
  const residualsOf = (said: ArrayLike<number>): Vector => targets.map((target, row) => said[row]! - target);

  const normalEquations: Problem['normalEquations'] = (values) => {
    const [said, ...jacobian] = interpret(ofRows, [...whole(values), given]).map((each) => Float64Array.from(each));
    return normalEquationsOf(residualsOf(said!), jacobian);
  };

  const count = free.length;
  let curvatures: ReturnType<typeof trace> | undefined;
  /** The derivative of the error's derivative along a direction. */
  const traceCurvatures = (): ReturnType<typeof trace> =>
    trace(
      [
        ...inputs,
        ...free.map(({ path, spec }) => ({ name: `along ${path}`, shape: spec.shape })),
        { name: 'x', shape: [rows, width] },
        { name: 'y', shape: [rows, 1] },
      ],
      (...tensors) => {
        const own = tensors.slice(0, params.length);
        const along = tensors.slice(params.length, params.length + count);
        const error = answer(own, tensors.at(-2)!).sub(tensors.at(-1)!).square().mean();
        const slopes = gradients(error, freeOf(own)).map((slope, i) => slope.mul(along[i]!).sum());
        return gradients(sumOf(slopes), freeOf(own));
      },
      'curvatures',
    );

  return {
    start,
    size: targets.reduce((sum, target) => sum + target ** 2, 0) / rows,
    errorOf: (values) =>
      residualsOf(interpret(answers, [...whole(values), given])[0]!).reduce((sum, each) => sum + each ** 2, 0) / rows,
    normalEquations,
    gradient: (values) => normalEquations(values).g.map((each) => (-2 * each) / rows),
    hessian: (values) => {
      curvatures ??= traceCurvatures();
      const n = values.reduce((sum, { length }) => sum + length, 0);
      const second = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        const unit = Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0));
        const direction = moved(
          values.map((each) => new Float64Array(each.length)),
          unit,
        );
        let at = i * n;
        for (const part of interpret(curvatures, [...whole(values), ...direction, given, targets])) {
          second.set(part, at);
          at += part.length;
        }
      }
      return second;
    },
    parametersOf: (values) => {
      const all = whole(values);
      return new Map(params.map(({ path, spec }, i): [string, NamedTensor] => [path, { shape: spec.shape, data: all[i]! }]));
    },
  };
};
