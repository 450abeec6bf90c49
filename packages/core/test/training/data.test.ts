import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkedMatrix, checkedRows, splitRows } from '../../src/training/data.ts';

const sizes = { inputs: 2, outputs: 1 };

describe('bad data is named', () => {
  const cases: readonly (readonly [
    what: string,
    x: Parameters<typeof checkedRows>[0],
    y: Parameters<typeof checkedRows>[1],
    message: string,
  ])[] = [
    [
      'NaN in x',
      [
        [1, 2],
        [3, NaN],
      ],
      [1, 2],
      'x has NaN in row 1, column 1 (both counted from 0)',
    ],
    [
      'infinity in y',
      [
        [1, 2],
        [3, 4],
      ],
      [[1], [-Infinity]],
      'y has -Infinity in row 1, column 0',
    ],
    [
      'too large for f32',
      [
        [1, 1e39],
        [3, 4],
      ],
      [1, 2],
      'x has 1e+39 in row 0, column 1 (both counted from 0), which is too large for single precision',
    ],
    ['no rows', [], [], 'x is empty: there must be at least one row'],
    ['no rows in y', [[1, 2]], [], 'y is empty'],
    ['too many columns', [[1, 2, 3]], [1], 'x has shape [1, 3], but the module has 2 inputs: x must have shape [rows, 2]'],
    ['a vector for two inputs', [1, 2, 3], [1], 'x has shape [3], but the module has 2 inputs'],
    [
      'rows that do not match',
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2, 3],
      'x has 2 rows, but y has 3. Each row of x needs one row of y',
    ],
    ['ragged rows', [[1, 2], [3]], [1, 2], 'ragged'],
    // eslint-disable-next-line no-sparse-arrays
    ['a hole in a row', [[1, 2], [3, ,] as never], [1, 2], 'Expected a number at position [1, 1], but found undefined'],
    // eslint-disable-next-line no-sparse-arrays
    ['a hole for a row', [[1, 2], , [3, 4]] as never, [1, 2, 3], 'position [1] has undefined, but the first has 2'],
    ['text', [[1, 'two' as never]], [1], 'Expected a number at position [0, 1], but found "two"'],
    [
      'values that do not fill the shape',
      { data: Float64Array.of(1, 2, 3), shape: [2, 2] },
      [1, 2],
      'Shape [2, 2] holds 4 numbers, but 3 were given',
    ],
  ];

  test.each(cases)('%s', (_, x, y, message) => {
    expect(() => checkedRows(x, y, sizes, 'f32')).toThrow(message);
    expect(() => checkedRows(x, y, sizes, 'f32')).toThrow(expect.objectContaining({ code: 'data' }) as Error);
  });
});

test('all forms of the same numbers are the same rows', () => {
  const wanted = { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) };
  expect(
    checkedMatrix(
      'x',
      [
        [1, 2],
        [3, 4],
      ],
      2,
      'inputs',
      'f64',
    ),
  ).toEqual(wanted);
  expect(checkedMatrix('x', { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }, 2, 'inputs', 'f64')).toEqual(wanted);
  expect(checkedMatrix('x', Float64Array.of(5, 6), 1, 'inputs', 'f32')).toEqual({ shape: [2, 1], data: Float32Array.of(5, 6) });
  expect(checkedMatrix('x', [[1e39]], 1, 'inputs', 'f64').data[0]).toBe(1e39);
});

test('the caller’s arrays are copied', () => {
  const data = Float64Array.of(1, 2);
  const { data: copy } = checkedMatrix('x', data, 1, 'inputs', 'f64');
  data[0] = 9;
  expect(copy[0]).toBe(1);
});

test('a split keeps every row once, x with its y, and depends on the seed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 60 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.nat(),
      (n, fraction, seed) => {
        const index = Float64Array.from({ length: n }, (_, i) => i);
        const rows = {
          x: { shape: [n, 2], data: Float64Array.from({ length: 2 * n }, (_, i) => i) },
          y: { shape: [n, 1], data: index },
        };
        const { training, validation } = splitRows(rows, fraction, seed);
        expect(validation.y.data.length).toBe(Math.min(n - 1, Math.max(1, Math.round(n * fraction))));
        expect([...training.y.data, ...validation.y.data].sort((a, b) => a - b)).toEqual([...index]);
        for (const part of [training, validation]) {
          expect(part.x.shape).toEqual([part.y.data.length, 2]);
          part.y.data.forEach((row, i) => expect([part.x.data[2 * i], part.x.data[2 * i + 1]]).toEqual([2 * row, 2 * row + 1]));
        }
        expect(splitRows(rows, fraction, seed)).toEqual({ training, validation });
      },
    ),
    { numRuns: 50 },
  );
  const many = {
    x: { shape: [50, 1], data: new Float64Array(50) },
    y: { shape: [50, 1], data: Float64Array.from({ length: 50 }, (_, i) => i) },
  };
  expect(splitRows(many, 0.2, 1)).not.toEqual(splitRows(many, 0.2, 2));
  const single = { x: { shape: [1, 1], data: new Float64Array(1) }, y: { shape: [1, 1], data: new Float64Array(1) } };
  expect(() => splitRows(single, 0.2, 1)).toThrow('One row cannot be split');
});
