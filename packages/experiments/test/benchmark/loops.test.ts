import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matmulLoop, transposeLoop } from '../../src/benchmark/columns/matmul-loop.ts';
import { pairDraw } from '../../src/benchmark/columns/pair-draw.ts';
import { drawBatch, emptyBatch, firstBatch } from '../../src/benchmark/data.ts';
import { byName } from './support.ts';

/** Small whole numbers: every product and sum is exact, so results are compared for equality. */
const wholeNumbers = (length: number) => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });

const problem = fc
  .record({
    rows: fc.integer({ min: 1, max: 11 }),
    inner: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 11 }),
  })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      a: wholeNumbers(size.rows * size.inner),
      b: wholeNumbers(size.inner * size.columns),
      c: wholeNumbers(size.rows * size.columns),
      accumulate: fc.boolean(),
    }),
  );

describe('the loops of the plain-loop column', () => {
  it('multiply matrices of any size, also where four divides no side', () => {
    fc.assert(
      fc.property(problem, ({ size: { rows, inner, columns }, a, b, c, accumulate }) => {
        const wanted = c.map((start, at) => {
          const [i, j] = [Math.floor(at / columns), at % columns];
          return Array.from({ length: inner }, (_, k) => a[i * inner + k]! * b[k * columns + j]!).reduce(
            (sum, term) => sum + term,
            accumulate ? start : 0,
          );
        });
        const result = Float32Array.from(c);
        matmulLoop(
          Float32Array.from(a),
          Float32Array.from(b),
          result,
          rows,
          inner,
          columns,
          accumulate,
          new Float64Array(4 * inner),
        );
        // `+ 0` turns −0 into 0.
        expect(Array.from(result, (value) => value + 0)).toEqual(wanted.map((value) => value + 0));
      }),
    );
  });

  it('transpose', () => {
    const [rows, columns] = [37, 18];
    const a = Float32Array.from({ length: rows * columns }, (_, i) => i);
    const b = new Float32Array(a.length);
    transposeLoop(a, b, rows, columns);
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) expect(b[j * rows + i]).toBe(a[i * columns + j]);
  });

  it.each([0, 1, 77])('draw the generator’s own numbers, bit for bit, in step %i', (step) => {
    const workload = { ...byName('nalu-2-1-b128-drawn'), members: 3 };
    const [wanted, drawn] = [emptyBatch(workload), emptyBatch(workload)];
    drawBatch(workload, step, wanted);
    pairDraw(workload, step, drawn);
    expect(drawn).toEqual(wanted);
  });
});

describe('the batch', () => {
  it('lies in its range, differs between members and steps, and holds products as targets', () => {
    const workload = { ...byName('nalu-2-1-b128-drawn'), members: 2 };
    const { x, y } = firstBatch(workload);
    const next = emptyBatch(workload);
    drawBatch(workload, 1, next);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...x)).toBeLessThan(1.5);
    expect(x.slice(0, 256)).not.toEqual(x.slice(256));
    expect(x).not.toEqual(next.x);
    y.forEach((value, row) => expect(value).toBe(Math.fround(x[2 * row]! * x[2 * row + 1]!)));
  });
});
