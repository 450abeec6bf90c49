import type { Shape } from '@nalu/core';
import type { BinaryAttrs, OpAttrs, OpName, ReductionAttrs, TernaryAttrs, UnaryAttrs } from '@nalu/core/graph';
import type { ComputedOp } from '../oracle/errors.ts';
import { anyNumber, fewSpecialValues, mask, moderate, specialValues, type Operand } from './values.ts';

/** One way to call an op. */
export interface Call<K extends OpName> {
  readonly shapes: readonly Shape[];
  readonly attrs: OpAttrs[K];
}

/** How to exercise an op. */
export interface OpCases<K extends OpName> {
  /** One per input; the last stands for all further ones. */
  readonly operands: readonly Operand[];
  /** Ranks 0 to 5, and every attribute. */
  readonly calls: readonly Call<K>[];
  /** Calls with an axis of length 0. */
  readonly empty: readonly Call<K>[];
  /** Elementwise: special values are combined, one per operand. */
  readonly elementwise: boolean;
  /** Inputs whose zero result has a sign that the op's row promises. */
  readonly zeros?: readonly (readonly number[])[];
  /** Combinations of special values that the row leaves open. */
  readonly undefinedAt?: (...inputs: readonly number[]) => boolean;
}

const shapes: readonly Shape[] = [[], [1], [7], [64], [2, 3], [5, 32], [3, 1, 2], [2, 3, 2, 2], [2, 1, 3, 2, 2]];
const emptyShapes: readonly Shape[] = [[0], [2, 0], [0, 3, 2]];

type ElementwiseOp = keyof (UnaryAttrs & BinaryAttrs & TernaryAttrs);

const elementwise = <K extends ElementwiseOp>(
  operands: readonly Operand[],
  options: { readonly attrs?: OpAttrs[K] } & Pick<OpCases<K>, 'zeros' | 'undefinedAt'> = {},
): OpCases<K> => {
  const { attrs = {} as OpAttrs[K], ...rest } = options;
  const call = (shape: Shape): Call<K> => ({ shapes: operands.map(() => shape), attrs });
  return { operands, calls: shapes.map(call), empty: emptyShapes.map(call), elementwise: true, ...rest };
};

const zero = [[0], [-0]];
const x = anyNumber;
/** Where the function has its domain edge at `edge`: usual values are to its right. */
const from = (edge: number): Operand => ({
  ...x,
  range: [edge, x.range[1]],
  usual: [edge, edge + 10],
  smooth: [edge + 0.2, edge + 3],
  special: [...specialValues, edge],
});
const away: Operand = { ...x, smooth: [0.2, 2] };
/** Between whole numbers, so that a small shift changes nothing. */
const betweenSteps: Operand = { ...x, smooth: [0.55, 0.95] };
const ordinary: Operand = { ...x, range: [-1e18, 1e18] };
const divisor: Operand = { ...ordinary, smooth: [0.3, 2] };
const finiteExponent: Operand = {
  ...x,
  range: [-8, 8],
  usual: [-3, 3],
  special: [0, 1, -1, 0.5, -0.5, 2, 3, 2.5, -3, 10],
  smooth: [-2, 3],
};

/** All subsets of the axes of a shape that are worth a try. */
const reductionAxes: readonly (readonly [Shape, readonly number[]])[] = [
  [[1], [0]],
  [[7], [0]],
  [[130], [0]],
  [[3, 4], [0]],
  [[3, 4], [1]],
  [
    [3, 4],
    [0, 1],
  ],
  [[2, 3, 4], [1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [3, 1, 5, 2],
    [0, 1, 3],
  ],
  [
    [2, 3, 1, 2, 2],
    [1, 4],
  ],
  [
    [2, 3, 1, 2, 2],
    [0, 1, 2, 3, 4],
  ],
  // Long and even: loops rather than unrolled code, and full vectors.
  [[8, 16], [0]],
  [[8, 16], [1]],
  [[4, 8, 16], [1]],
  [
    [2, 8, 3, 16],
    [0, 2],
  ],
];

type ReductionOp = Exclude<keyof ReductionAttrs, 'argmax' | 'exclusiveProd'>;

const reduction = <K extends ReductionOp>(
  empty: readonly (readonly [Shape, readonly number[]])[],
  operand: Operand = moderate,
): OpCases<K> => {
  const call = ([shape, axes]: readonly [Shape, readonly number[]]): Call<K> => ({
    shapes: [shape],
    attrs: { axes } as unknown as OpAttrs[K],
  });
  return { operands: [operand], calls: [...reductionAxes.map(call), call([[], []])], empty: empty.map(call), elementwise: false };
};

/** Axes of length 0 that are reduced, and that are kept. */
const emptyReduced: readonly (readonly [Shape, readonly number[]])[] = [
  [[0], [0]],
  [[2, 0], [1]],
  [
    [3, 0, 2],
    [0, 1],
  ],
];
const emptyKept: readonly (readonly [Shape, readonly number[]])[] = [
  [[0, 3], [1]],
  [
    [2, 0, 2],
    [0, 2],
  ],
];

const matmul = (a: Shape, b: Shape, transposeA = false, transposeB = false): Call<'matmul'> => ({
  shapes: [a, b],
  attrs: { transposeA, transposeB },
});
const reshape = (from_: Shape, to: Shape): Call<'reshape'> => ({ shapes: [from_], attrs: { shape: to } });
const transpose = (shape: Shape, perm: readonly number[]): Call<'transpose'> => ({ shapes: [shape], attrs: { perm } });
const broadcast = (shape: Shape, to: Shape): Call<'broadcastTo'> => ({ shapes: [shape], attrs: { shape: to } });
const slice = (shape: Shape, start: readonly number[], end: readonly number[]): Call<'slice'> => ({
  shapes: [shape],
  attrs: { start, end },
});
const pad = (shape: Shape, before: readonly number[], after: readonly number[], value = 0): Call<'pad'> => ({
  shapes: [shape],
  attrs: { before, after, value },
});
const concat = (axis: number, ...each: readonly Shape[]): Call<'concat'> => ({ shapes: each, attrs: { axis } });
const along = <K extends 'argmax' | 'exclusiveProd'>(shape: Shape, axis: number): Call<K> => ({
  shapes: [shape],
  attrs: { axis } as unknown as OpAttrs[K],
});
const gather = (table: Shape, indices: Shape, batchDims = 0): Call<'gather'> => ({
  shapes: [table, indices],
  attrs: { batchDims },
});
const hot = (shape: Shape, depth: number): Call<'oneHot'> => ({ shapes: [shape], attrs: { depth } });
const random = (key: Shape, shape: Shape): Call<'randomUniform'> => ({ shapes: [key], attrs: { shape } });
const constant = (shape: Shape, data: readonly number[]): Call<'constant'> => ({
  shapes: [],
  attrs: { shape, data: data.map(Math.fround) },
});
const iota = (shape: Shape, axis: number): Call<'iota'> => ({ shapes: [], attrs: { shape, axis } });

const moved: Operand = { ...x, special: [...fewSpecialValues, 2 ** 24, Math.fround(1e-8)] };
const plain = { elementwise: false } as const;

/** The row whose indices these are may be overrun on either side: they are clamped. */
const index: Operand = { range: [-2, 9], usual: [0, 4], whole: true, special: [0, 1.5, 2.75, -1, -0, 100, 2 ** 23, NaN] };
const position: Operand = { range: [-2, 9], usual: [0, 4], whole: true, special: [0, 1, 1.5, -0, -1, 100, NaN] };
const key: Operand = { range: [0, 2 ** 24 - 1], usual: [0, 1000], whole: true, special: [0, 1, 2 ** 24 - 1, 2 ** 23] };

/** Cases for every op. A new op without cases does not compile. */
export const cases: { readonly [K in ComputedOp]: OpCases<K> } = {
  constant: {
    operands: [],
    calls: [
      constant([], [0.1]),
      constant([3], [1, -0, 2.5]),
      constant([2, 3], [7]),
      constant([2, 2], [NaN, Infinity, -Infinity, 1e-8]),
      constant([1, 2, 1, 2, 1], [1, 2, 3, 4]),
    ],
    empty: [constant([0], []), constant([2, 0], [1])],
    ...plain,
  },
  iota: {
    operands: [],
    calls: [
      iota([1], 0),
      iota([7], 0),
      iota([3, 4], 0),
      iota([3, 4], 1),
      iota([2, 3, 2, 1, 2], 1),
      iota([40], 0),
      iota([4, 16], 1),
      iota([16, 4], 0),
    ],
    empty: [iota([0], 0), iota([2, 0], 1), iota([0, 2], 1)],
    ...plain,
  },
  neg: elementwise([x], { zeros: zero }),
  abs: elementwise([away], { zeros: zero }),
  sign: elementwise([away], { zeros: zero }),
  exp: elementwise([x]),
  expm1: elementwise([x], { zeros: zero }),
  log: elementwise([from(0)]),
  log1p: elementwise([from(-1)], { zeros: zero }),
  sqrt: elementwise([from(0)], { zeros: zero }),
  reciprocal: elementwise([away]),
  sin: elementwise([x], { zeros: zero }),
  cos: elementwise([x]),
  tanh: elementwise([x], { zeros: zero }),
  sigmoid: elementwise([x]),
  softplus: elementwise([x]),
  floor: elementwise([betweenSteps], { zeros: zero }),
  round: elementwise([betweenSteps], { zeros: zero }),
  isFinite: elementwise([x]),
  stopGradient: elementwise([{ range: x.range, usual: x.usual, special: x.special }], { zeros: zero }),
  clamp: elementwise([{ ...x, special: [...specialValues, -0.75, 0.8].map(Math.fround) }], { attrs: { min: -0.75, max: 1.5 } }),
  add: elementwise([x, x], {
    zeros: [
      [0, 0],
      [0, -0],
      [-0, 0],
      [-0, -0],
      [1, -1],
      [-1, 1],
    ],
  }),
  sub: elementwise([x, x], {
    zeros: [
      [0, 0],
      [0, -0],
      [-0, 0],
      [-0, -0],
      [1, 1],
      [-1, -1],
    ],
  }),
  mul: elementwise([ordinary, ordinary], {
    zeros: [
      [0, 1],
      [-0, 1],
      [0, -1],
      [-0, -1],
      [0, -0],
      [-0, -0],
    ],
  }),
  div: elementwise([ordinary, divisor], {
    zeros: [
      [0, 1],
      [-0, 1],
      [0, -1],
      [-0, -1],
    ],
  }),
  pow: elementwise([from(0), finiteExponent], { undefinedAt: (a, b) => b === 0 && !(a! >= 0) }),
  min: elementwise([x, x]),
  max: elementwise([x, x]),
  lt: elementwise([x, x]),
  le: elementwise([x, x]),
  eq: elementwise([
    { ...x, usual: [-2, 2], smooth: [-1, 0] },
    { ...x, usual: [-2, 2], smooth: [0.5, 1] },
  ]),
  where: elementwise([mask, moved, moved], {
    zeros: [
      [1, -0, 1],
      [0, 1, -0],
      [1, 0, 1],
      [0, 1, 0],
    ],
  }),
  sum: reduction([...emptyReduced, ...emptyKept]),
  prod: reduction([...emptyReduced, ...emptyKept], { ...moderate, range: [-1.3, 1.3], usual: [-1.3, 1.3] }),
  reduceMin: reduction(emptyKept, { ...moderate, range: x.range }),
  reduceMax: reduction(emptyKept, { ...moderate, range: x.range }),
  argmax: {
    operands: [moderate],
    calls: [
      along([1], 0),
      along([130], 0),
      along([3, 4], 0),
      along([3, 4], 1),
      along([2, 3, 4], 1),
      along([2, 3, 2, 2], 2),
      along([2, 1, 3, 2, 2], 0),
      along([8, 16], 0),
      along([8, 16], 1),
    ],
    empty: [along([0, 3], 1), along([2, 0, 2], 2)],
    ...plain,
  },
  exclusiveProd: {
    operands: [{ ...moderate, range: [-1.3, 1.3], usual: [-1.3, 1.3] }],
    calls: [
      along([1], 0),
      along([9], 0),
      along([3, 4], 0),
      along([3, 4], 1),
      along([2, 3, 4], 1),
      along([2, 3, 2, 2], 3),
      along([2, 1, 3, 2, 2], 2),
      along([8, 16], 0),
      along([8, 16], 1),
    ],
    empty: [along([0], 0), along([0, 3], 1), along([2, 0], 1)],
    ...plain,
  },
  matmul: {
    operands: [moderate, moderate],
    calls: [
      matmul([1, 1], [1, 1]),
      matmul([2, 3], [3, 4]),
      matmul([3, 2], [3, 4], true),
      matmul([2, 3], [4, 3], false, true),
      matmul([3, 2], [4, 3], true, true),
      matmul([1, 9], [9, 1]),
      matmul([9, 1], [1, 9]),
      matmul([17, 33], [33, 19]),
      matmul([33, 17], [19, 33], true, true),
      // Large enough for a library's kernel.
      matmul([65, 130], [130, 66]),
      matmul([130, 65], [130, 66], true),
      matmul([65, 130], [66, 130], false, true),
      matmul([2, 130, 65], [2, 66, 130], true, true),
      matmul([4, 257], [257, 3]),
      matmul([2, 3, 4], [2, 4, 5]),
      matmul([2, 4, 3], [2, 5, 4], true, true),
      matmul([2, 3, 2, 2], [2, 3, 2, 3], true),
      matmul([2, 1, 2, 2, 3], [2, 1, 2, 4, 3], false, true),
    ],
    empty: [matmul([0, 3], [3, 2]), matmul([2, 0], [0, 3]), matmul([2, 3], [3, 0]), matmul([0, 2, 2], [0, 2, 2])],
    ...plain,
  },
  reshape: {
    operands: [moved],
    calls: [
      reshape([], [1]),
      reshape([1, 1], []),
      reshape([6], [2, 3]),
      reshape([2, 3, 2], [3, 4]),
      reshape([2, 3, 2, 2], [4, 6]),
      reshape([12], [2, 1, 3, 1, 2]),
      reshape([8, 16], [16, 8]),
    ],
    empty: [reshape([0, 3], [0]), reshape([0], [2, 0, 5])],
    ...plain,
  },
  transpose: {
    operands: [moved],
    calls: [
      transpose([], []),
      transpose([4], [0]),
      transpose([2, 3], [1, 0]),
      transpose([2, 3], [0, 1]),
      transpose([2, 3, 4], [2, 0, 1]),
      transpose([2, 3, 4], [0, 2, 1]),
      transpose([2, 3, 2, 2], [3, 1, 0, 2]),
      transpose([2, 1, 3, 2, 2], [4, 2, 0, 3, 1]),
      transpose([8, 16], [1, 0]),
      transpose([4, 8, 16], [1, 2, 0]),
    ],
    empty: [transpose([0, 3], [1, 0])],
    ...plain,
  },
  broadcastTo: {
    operands: [moved],
    calls: [
      broadcast([], [3]),
      broadcast([1], [4]),
      broadcast([3], [2, 3]),
      broadcast([2, 1], [2, 3]),
      broadcast([1, 3], [2, 3]),
      broadcast([3, 1], [2, 3, 4]),
      broadcast([2, 1, 2], [2, 3, 2]),
      broadcast([1, 2, 1, 3], [2, 2, 2, 3]),
      broadcast([2, 1, 1, 3, 1], [2, 2, 1, 3, 2]),
      broadcast([], [1, 2, 1, 2, 1]),
      broadcast([16], [8, 16]),
      broadcast([8, 1], [8, 16]),
    ],
    empty: [broadcast([1], [0]), broadcast([], [0, 2]), broadcast([0, 1], [0, 3])],
    ...plain,
  },
  slice: {
    operands: [moved],
    calls: [
      slice([], [], []),
      slice([5], [1], [4]),
      slice([3, 4], [0, 1], [2, 3]),
      slice([3, 4], [1, 0], [2, 4]),
      slice([2, 3, 4], [0, 1, 1], [2, 3, 2]),
      slice([2, 3, 2, 2], [1, 0, 0, 1], [2, 2, 2, 2]),
      slice([2, 1, 3, 2, 2], [0, 0, 1, 0, 1], [2, 1, 3, 1, 2]),
      slice([8, 16], [2, 5], [6, 13]),
      slice([64], [1], [33]),
    ],
    empty: [slice([5], [2], [2]), slice([0, 3], [0, 1], [0, 2])],
    ...plain,
  },
  pad: {
    operands: [moved],
    calls: [
      pad([], [], []),
      pad([3], [1], [2]),
      pad([3], [0], [2], 1.5),
      pad([2, 3], [1, 0], [0, 2]),
      pad([2, 3], [1, 1], [1, 1], Infinity),
      pad([2, 1, 2], [0, 1, 0], [1, 0, 2], -1),
      pad([2, 3, 1, 2], [0, 0, 1, 1], [1, 0, 0, 0]),
      pad([1, 2, 1, 2, 1], [1, 0, 0, 0, 1], [0, 1, 0, 0, 0]),
      pad([8, 14], [0, 1], [0, 1]),
      pad([30], [1], [1], -2),
    ],
    empty: [pad([0], [0], [0]), pad([0, 2], [1, 0], [2, 0], 3)],
    ...plain,
  },
  concat: {
    operands: [moved],
    calls: [
      concat(0, [2], [3]),
      concat(0, [2, 3], [1, 3]),
      concat(1, [2, 3], [2, 1], [2, 2]),
      concat(1, [2, 1, 3], [2, 2, 3]),
      concat(3, [2, 1, 2, 2], [2, 1, 2, 3]),
      concat(2, [1, 2, 1, 2, 1], [1, 2, 3, 2, 1]),
      concat(0, [8, 16], [8, 16]),
      concat(1, [8, 16], [8, 8]),
    ],
    empty: [concat(0, [0], [2]), concat(1, [2, 0], [2, 3]), concat(0, [0, 2], [0, 2])],
    ...plain,
  },
  gather: {
    operands: [moved, index],
    calls: [
      gather([5], []),
      gather([5], [4]),
      gather([5, 2], [3]),
      gather([5, 2], [2, 3]),
      gather([2, 5], [2, 3], 1),
      gather([2, 5, 3], [2, 4], 1),
      gather([2, 2, 5, 2], [2, 2, 3], 2),
      gather([5, 1, 2, 2], [2, 1]),
      gather([16, 8], [32]),
      gather([8, 16], [8, 4], 1),
    ],
    empty: [gather([5, 2], [0]), gather([5, 0], [3]), gather([0, 2], [0])],
    ...plain,
  },
  oneHot: {
    operands: [position],
    calls: [
      hot([], 4),
      hot([6], 5),
      hot([3, 2], 4),
      hot([2, 1, 3], 3),
      hot([2, 1, 2, 2], 3),
      hot([4], 8),
      hot([3], 33),
      hot([2, 4], 16),
    ],
    empty: [hot([0], 3), hot([2], 0)],
    ...plain,
  },
  randomUniform: {
    operands: [key],
    calls: [
      random([1], []),
      random([4], [5]),
      random([4], [2, 3]),
      random([3, 4], [3]),
      random([2, 2, 3], [2, 1]),
      random([2], [129]),
      random([3, 4], [32]),
    ],
    empty: [random([4], [0]), random([0, 4], [3])],
    ...plain,
  },
};
