import { sameShape, showShape, sizeOf } from '../tensor/shape.ts';
import { mapAll } from './elementwise.ts';
import { Misfit, type OpRow } from './row.ts';

/** Indices are numbers below 2²⁴: rounded down and clamped into the table. NaN counts as 0. */
const rowIndex = (index: number, rows: number): number => {
  const floor = Math.floor(index);
  return floor >= rows ? rows - 1 : floor > 0 ? floor : 0;
};

export const indexingRows: { readonly gather: OpRow<'gather'>; readonly oneHot: OpRow<'oneHot'> } = {
  gather: {
    kind: 'indexing',
    formula: 'yᵢ = x[indexᵢ]',
    shape: ([x, indices], { batchDims }) => {
      const fits = x!.length > batchDims && sameShape(x!.slice(0, batchDims), indices!.slice(0, batchDims));
      if (!fits)
        throw new Misfit(`a table ${showShape(x!)} and indices ${showShape(indices!)} do not share ${batchDims} leading axes.`);
      if (x![batchDims] === 0 && sizeOf(indices!) > 0) throw new Misfit(`the table ${showShape(x!)} has no rows to take.`);
      return [...indices!, ...x!.slice(batchDims + 1)];
    },
    kernel: (out, [x, indices], { attrs: { batchDims }, inputShapes }) => {
      const [table, index] = inputShapes as [readonly number[], readonly number[]];
      const batch = sizeOf(table.slice(0, batchDims));
      const rows = table[batchDims]!;
      const width = sizeOf(table.slice(batchDims + 1));
      const count = sizeOf(index.slice(batchDims));
      for (let b = 0; b < batch; b++) {
        for (let i = 0; i < count; i++) {
          const from = (b * rows + rowIndex(indices![b * count + i]!, rows)) * width;
          const to = (b * count + i) * width;
          for (let j = 0; j < width; j++) out[to + j] = x![from + j]!;
        }
      }
    },
    vjp: ({ inputs: [x, indices], attrs: { batchDims }, g }) => {
      const batch = x!.shape.slice(0, batchDims);
      const rows = x!.shape[batchDims]!;
      const width = sizeOf(x!.shape.slice(batchDims + 1));
      const count = sizeOf(indices!.shape.slice(batchDims));
      const selected = indices!
        .floor()
        .clamp(0, Math.max(rows - 1, 0))
        .reshape([...batch, count])
        .oneHot(rows);
      const flat = selected.matmul(g.reshape([...batch, count, width]), { transposeA: true });
      return [flat.reshape(x!.shape), undefined];
    },
    derivative: 'oneHot(index)ᵀ·g; none to the indices',
    batch: (context) => context.make('gather', mapAll(context), { batchDims: context.attrs.batchDims + 1 }),
    cost: ({ shape, inputShapes }) => ({ flops: 0, bytes: 4 * (2 * sizeOf(shape) + sizeOf(inputShapes[1]!)) }),
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'indices are rounded down and clamped into the table' },
  },
  oneHot: {
    kind: 'indexing',
    formula: 'yᵢⱼ = 1 if indexᵢ = j, else 0',
    shape: ([x], { depth }) => {
      if (!Number.isInteger(depth) || depth < 0) throw new Misfit(`depth must be a whole number ≥ 0, but it is ${depth}.`);
      return [...x!, depth];
    },
    kernel: (out, [x], { attrs: { depth } }) => {
      for (let i = 0; i < x!.length; i++) {
        for (let j = 0; j < depth; j++) out[i * depth + j] = x![i] === j ? 1 : 0;
      }
    },
    vjp: () => [undefined],
    derivative: '0',
    batch: (context) => context.make('oneHot', mapAll(context), context.attrs),
    cost: ({ shape, inputShapes }) => ({ flops: sizeOf(shape), bytes: 4 * (sizeOf(shape) + sizeOf(inputShapes[0]!)) }),
    numerics: { tolerance: { kind: 'ulp', ulp: 0 }, special: 'an index that is no position gives zeros' },
  },
};
