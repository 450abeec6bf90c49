import { sameShape, showShape, sizeOf, type Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OpAttrs, OpName } from './attrs.ts';
import {
  Misfit,
  type BatchContext,
  type Cost,
  type Kernel,
  type KernelContext,
  type Numerics,
  type OpKind,
  type OpRow,
  type VjpContext,
} from './row.ts';

/** Elementwise inputs have one shape: tensor methods broadcast before. */
const commonShape = (inputs: readonly Shape[]): Shape => {
  const [first] = inputs;
  if (first === undefined || !inputs.every((shape) => sameShape(shape, first))) {
    throw new Misfit(
      `all inputs must have one shape, but they have ${inputs.map(showShape).join(' and ')}. Use broadcastTo first.`,
    );
  }
  return first;
};

const elementwiseCost = ({ shape, inputShapes }: KernelContext<OpName>): Cost => {
  const size = sizeOf(shape);
  return { flops: size, bytes: 4 * size * (inputShapes.length + 1) };
};

/** Mapped inputs have their member axis already; the others are repeated for every member. */
export const mapAll = ({
  inputs,
  mapped,
  members,
}: Pick<BatchContext<OpName>, 'inputs' | 'mapped' | 'members'>): readonly Tensor[] =>
  inputs.map((input, i) => (mapped[i] ? input : input.broadcastTo([members, ...input.shape])));

interface ElementwiseSpec<K extends OpName> {
  readonly formula: string;
  readonly vjp: (context: VjpContext<K>) => readonly (Tensor | undefined)[];
  readonly derivative: string;
  readonly numerics: Numerics;
}

const elementwise = <K extends OpName>(op: K, kind: OpKind, kernel: Kernel<K>, spec: ElementwiseSpec<K>): OpRow<K> => ({
  kind,
  formula: spec.formula,
  shape: commonShape,
  kernel,
  vjp: spec.vjp,
  derivative: spec.derivative,
  batch: (context) => context.make(op, mapAll(context), context.attrs),
  cost: elementwiseCost,
  numerics: spec.numerics,
});

/** A row for y = f(x). */
export const unaryRow = <K extends OpName>(
  op: K,
  f: (x: number, attrs: OpAttrs[K]) => number,
  spec: ElementwiseSpec<K>,
): OpRow<K> =>
  elementwise(
    op,
    'unary',
    (out, [x], { attrs }) => {
      for (let i = 0; i < out.length; i++) out[i] = f(x![i]!, attrs);
    },
    spec,
  );

/** A row for y = f(a, b). */
export const binaryRow = <K extends OpName>(op: K, f: (a: number, b: number) => number, spec: ElementwiseSpec<K>): OpRow<K> =>
  elementwise(
    op,
    'binary',
    (out, [a, b]) => {
      for (let i = 0; i < out.length; i++) out[i] = f(a![i]!, b![i]!);
    },
    spec,
  );

/** A row for y = f(a, b, c). */
export const ternaryRow = <K extends OpName>(
  op: K,
  f: (a: number, b: number, c: number) => number,
  spec: ElementwiseSpec<K>,
): OpRow<K> =>
  elementwise(
    op,
    'ternary',
    (out, [a, b, c]) => {
      for (let i = 0; i < out.length; i++) out[i] = f(a![i]!, b![i]!, c![i]!);
    },
    spec,
  );
