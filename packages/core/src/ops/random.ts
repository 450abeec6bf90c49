import { fillUniform } from '../random/uniform.ts';
import { showShape, sizeOf } from '../tensor/shape.ts';
import { Misfit, type OpRow } from './row.ts';

export const randomRows: { readonly randomUniform: OpRow<'randomUniform'> } = {
  randomUniform: {
    kind: 'random',
    formula: '(Threefry(key, i) >>> 8)·2⁻²⁴',
    shape: ([key], { shape }) => {
      if (key!.length < 1 || key!.at(-1) === 0)
        throw new Misfit(`the key must be a vector of whole numbers, but it has shape ${showShape(key!)}.`);
      return [...key!.slice(0, -1), ...shape];
    },
    kernel: (out, [key], { attrs, inputShapes }) => {
      const components = inputShapes[0]!.at(-1)!;
      const count = sizeOf(attrs.shape);
      for (let i = 0; i * count < out.length; i++) {
        fillUniform(key!.subarray(i * components, (i + 1) * components), out.subarray(i * count, (i + 1) * count));
      }
    },
    vjp: () => [undefined],
    derivative: '0',
    batch: ({ inputs, attrs, make }) => make('randomUniform', inputs, attrs),
    cost: ({ shape }) => ({ flops: 60 * sizeOf(shape), bytes: 4 * sizeOf(shape) }),
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'bit-identical everywhere' },
  },
};
