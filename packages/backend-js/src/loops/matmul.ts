import { fixed, plus, variable, type Affine, type NodeOf } from '@nalu/core/graph';
import { sizesOf } from '@nalu/core/loops';
import { at, elementText, type MemoryPlace, type Scope } from './values.ts';

/** Rows and columns of the result that are computed together: their totals fit the processor's registers. */
const TILE = { rows: 2, columns: 4 } as const;

/** One tile: for each inner position, its rows of A times its columns of B. Totals are f64, in ascending order. */
const tile = (
  scope: Scope,
  node: NodeOf<'matmul'>,
  place: MemoryPlace,
  batch: readonly Affine[],
  row: Affine,
  column: Affine,
  rows: number,
  columns: number,
): readonly string[] => {
  const { k } = sizesOf(scope.plan.graph, node);
  const [a, b] = node.inputs as readonly [number, number];
  const { transposeA, transposeB } = node.attrs;
  const inner = variable('k', k);
  const shapeOf = (id: number): readonly number[] => scope.plan.graph.nodes[id]!.shape;
  const { numbers, namer } = scope.program;
  const elementA = (i: number): string => {
    const r = plus(row, fixed(i));
    return elementText(scope, a, { shape: shapeOf(a), axes: [...batch, ...(transposeA ? [inner, r] : [r, inner])] });
  };
  const elementB = (j: number): string => {
    const c = plus(column, fixed(j));
    return elementText(scope, b, { shape: shapeOf(b), axes: [...batch, ...(transposeB ? [c, inner] : [inner, c])] });
  };
  const each = <T>(count: number, f: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => f(i));
  const totals = each(rows, () => each(columns, () => namer('a')));
  const left = each(rows, () => namer('v'));
  const right = each(columns, () => namer('v'));
  const out = (i: number, j: number): string =>
    at(place, offsetIn(node.shape, [...batch, plus(row, fixed(i)), plus(column, fixed(j))]));
  return [
    ...totals.flat().map((total) => `let ${total} = 0;`),
    `for (let k = 0; k < ${k}; k++) {`,
    ...left.map((name, i) => `const ${name} = ${elementA(i)};`),
    ...right.map((name, j) => `const ${name} = ${elementB(j)};`),
    ...totals.flatMap((line, i) => line.map((total, j) => `${total} += ${left[i]} * ${right[j]};`)),
    '}',
    ...totals.flatMap((line, i) => line.map((total, j) => `${out(i, j)} = ${numbers.round(total)};`)),
  ];
};

const offsetIn = (shape: readonly number[], axes: readonly Affine[]): Affine => {
  let stride = 1;
  let offset = fixed(0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const part = axes[axis]!;
    offset = plus(offset, {
      constant: part.constant * stride,
      terms: part.terms.map(({ atom, factor }) => ({ atom, factor: factor * stride })),
    });
    stride *= shape[axis]!;
  }
  return offset;
};

/** A loop of tiles with the remainder behind it; `body` writes one tile at a position. */
const tiled = (
  name: string,
  length: number,
  step: number,
  body: (position: Affine, width: number) => readonly string[],
): readonly string[] => {
  const whole = length - (length % step);
  const loop =
    whole === 0
      ? []
      : [`for (let ${name} = 0; ${name} < ${whole}; ${name} += ${step}) {`, ...body(variable(name, whole), step), '}'];
  return whole === length ? loop : [...loop, ...body(fixed(whole), length - whole)];
};

/** A matmul as tiled loops. */
export const writeMatmul = (scope: Scope, node: NodeOf<'matmul'>, place: MemoryPlace): readonly string[] => {
  const { m, n } = sizesOf(scope.plan.graph, node);
  const lengths = node.shape.slice(0, -2);
  const batch = lengths.map((length, axis) => (length === 1 ? fixed(0) : variable(`b${axis}`, length)));
  const open = lengths.flatMap((length, axis) =>
    length === 1 ? [] : [`for (let b${axis} = 0; b${axis} < ${length}; b${axis}++) {`],
  );
  const body = tiled('r', m, TILE.rows, (row, rows) =>
    tiled('c', n, TILE.columns, (column, columns) => tile(scope, node, place, batch, row, column, rows, columns)),
  );
  return [...open, ...body, ...open.map(() => '}')];
};
