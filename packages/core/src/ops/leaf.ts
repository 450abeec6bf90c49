import { showShape, sizeOf, stridesOf, type Shape } from '../tensor/shape.ts';
import type { LeafAttrs } from './attrs.ts';
import { Misfit, type Kernel, type OpRow } from './row.ts';

const wholeLengths = (shape: Shape): Shape => {
  if (!shape.every((length) => Number.isInteger(length) && length >= 0))
    throw new Misfit(`${showShape(shape)} is no shape: lengths are whole numbers ≥ 0.`);
  return shape;
};

type LeafOp = keyof LeafAttrs;

const leafRow = <K extends LeafOp>(formula: string, kernel: Kernel<K>): OpRow<K> => ({
  kind: 'leaf',
  formula,
  shape: (_, attrs) => wholeLengths((attrs as { shape: Shape }).shape),
  kernel,
  vjp: () => [],
  derivative: 'none',
  batch: () => {
    throw new Error('A leaf has no inputs that could be mapped.');
  },
  cost: ({ shape }) => ({ flops: 0, bytes: 4 * sizeOf(shape) }),
  numerics: { tolerance: { kind: 'ulp', ulp: 0 } },
});

export const leafRows: { readonly [K in LeafOp]: OpRow<K> } = {
  input: leafRow('an array that the caller passes', () => {
    throw new Error('An input has no kernel: the caller passes its value.');
  }),
  constant: leafRow('numbers known when the graph is made', (out, _, { attrs: { data } }) => {
    if (data.length === 1) out.fill(data[0]!);
    else out.set(data);
  }),
  iota: leafRow('0, 1, 2, … along an axis', (out, _, { attrs: { axis }, shape }) => {
    const stride = stridesOf(shape)[axis]!;
    for (let i = 0; i < out.length; i++) out[i] = Math.floor(i / stride) % shape[axis]!;
  }),
};
