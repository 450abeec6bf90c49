import { sameShape, showShape, sizeOf } from '../tensor/shape.ts';
import { mapAll } from './elementwise.ts';
import { Misfit, type Kernel, type OpRow } from './row.ts';

/** Rows, columns and inner length of op(A)·op(B), and the strides with which op(A) and op(B) are read. */
export interface MatmulSizes {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export const matmulSizes = (
  a: readonly number[],
  b: readonly number[],
  attrs: { readonly transposeA: boolean; readonly transposeB: boolean },
): MatmulSizes => {
  const [rowsA, columnsA] = a.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.slice(-2) as [number, number];
  return {
    batch: sizeOf(a.slice(0, -2)),
    m: attrs.transposeA ? columnsA : rowsA,
    k: attrs.transposeA ? rowsA : columnsA,
    n: attrs.transposeB ? rowsB : columnsB,
  };
};

const matmulKernel: Kernel<'matmul'> = (out, [a, b], { attrs, inputShapes }) => {
  const { batch, m, n, k } = matmulSizes(inputShapes[0]!, inputShapes[1]!, attrs);
  const [rowA, innerA] = attrs.transposeA ? [1, m] : [k, 1];
  const [innerB, columnB] = attrs.transposeB ? [1, k] : [n, 1];
  for (let matrix = 0; matrix < batch; matrix++) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let total = 0;
        let atA = matrix * m * k + row * rowA;
        let atB = matrix * k * n + column * columnB;
        for (let i = 0; i < k; i++, atA += innerA, atB += innerB) total += a![atA]! * b![atB]!;
        out[(matrix * m + row) * n + column] = total;
      }
    }
  }
};

export const contractionRows: { readonly matmul: OpRow<'matmul'> } = {
  matmul: {
    kind: 'contraction',
    formula: 'A·B over the last two axes, each transposed first if asked',
    shape: ([a, b], attrs) => {
      if (a!.length < 2 || b!.length < 2) {
        throw new Misfit(
          `both operands need at least two axes, but they have shapes ${showShape(a!)} and ${showShape(b!)}. Use unsqueeze first.`,
        );
      }
      const { m, n, k } = matmulSizes(a!, b!, attrs);
      const inner = attrs.transposeB ? b!.at(-1) : b!.at(-2);
      const shown = `${showShape(a!)}${attrs.transposeA ? 'ᵀ' : ''} × ${showShape(b!)}${attrs.transposeB ? 'ᵀ' : ''}`;
      if (inner !== k)
        throw new Misfit(`the inner lengths differ: ${shown} would multiply rows of ${k} with columns of ${inner}.`);
      if (!sameShape(a!.slice(0, -2), b!.slice(0, -2))) throw new Misfit(`the leading axes differ: ${shown}.`);
      return [...a!.slice(0, -2), m, n];
    },
    kernel: matmulKernel,
    vjp: ({ inputs: [a, b], attrs: { transposeA, transposeB }, g }) => [
      transposeA ? b!.matmul(g, { transposeA: transposeB, transposeB: true }) : g.matmul(b!, { transposeB: !transposeB }),
      transposeB ? g.matmul(a!, { transposeA: true, transposeB: transposeA }) : a!.matmul(g, { transposeA: !transposeA }),
    ],
    derivative: 'g·Bᵀ, Aᵀ·g',
    batch: (context) => context.make('matmul', mapAll(context), context.attrs),
    cost: ({ inputShapes, attrs, shape }) => ({
      flops: 2 * sizeOf(shape) * matmulSizes(inputShapes[0]!, inputShapes[1]!, attrs).k,
      bytes: 4 * (sizeOf(inputShapes[0]!) + sizeOf(inputShapes[1]!) + sizeOf(shape)),
    }),
    numerics: { tolerance: { kind: 'contraction' }, special: 'an empty inner axis gives 0' },
  },
};
