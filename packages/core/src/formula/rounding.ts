import type { Algebra } from './algebra.ts';
import { childrenOf, type Expr } from './expression.ts';
import type { LayerPath, NumericLayer } from './layers.ts';
import { HALVES, matricesOf, nearestOf, WHOLE } from './weights.ts';

/**
 * How a formula was rounded.
 * - `whole weights`: every constrained weight to the nearest of −1, 0, 1.
 * - `half weights`: to the nearest of −1, −½, 0, ½, 1.
 * - `whole formula`: the weights stay; the finished formula's coefficients and exponents go to the nearest multiple of ½. What
 *   stacked layers do together may be simple where each weight alone is not.
 * - `exponents`: the finished formula's exponents go to the nearest multiple of ½, and its coefficients stay. Where a layer
 *   measures its inputs in units of its own, its exponents are rounded in these units.
 *
 * In all of them each gate takes the path that it chose, and ε is dropped.
 */
export type RoundingMethod = 'whole weights' | 'half weights' | 'whole formula' | 'exponents';

export interface RoundedExpressions {
  readonly method: RoundingMethod;
  readonly expressions: readonly Expr[];
}

/** A formula of more weights is too long to read. */
const MAX_WEIGHTS = 1000;

type Snap = (value: number) => number;

const keep: Snap = (value) => value;
const toHalves: Snap = (value) => Math.round(value * 2) / 2;

const magnitude = (algebra: Algebra, input: Expr, unit: number | undefined): Expr => {
  const plain = algebra.call('abs', [input]);
  return unit === undefined ? plain : algebra.product([algebra.number(1 / unit), plain]);
};

type Inputs = readonly Expr[];

/** What is raised to a power: x itself where signs are kept and the exponent is about to become whole, else |x|. */
const base = (algebra: Algebra, { signed, units }: LayerPath, x: Expr, i: number, exponent: number): Expr =>
  signed && Number.isInteger(toHalves(exponent)) ? x : magnitude(algebra, x, units?.[i]);

type PathRule = (algebra: Algebra, path: LayerPath, x: Inputs, weight: (i: number) => number, j: number) => Expr;

/** The value of one path's output j, without ε. */
const pathRules: { readonly [K in LayerPath['kind']]: PathRule } = {
  sum: ({ sum, product, number }, { bias }, x, weight, j) =>
    sum([...x.map((input, i) => product([number(weight(i)), input])), ...(bias ? [number(bias[j]!)] : [])]),
  product: (algebra, path, x, weight, j) =>
    algebra.product([
      ...(path.scale ? [algebra.number(path.scale[j]!)] : []),
      ...x.map((input, i) => algebra.power(base(algebra, path, input, i, weight(i)), weight(i))),
    ]),
  selectedProduct: ({ sum, product, power, number }, { reciprocals }, x, weight) =>
    product(
      [...x, ...(reciprocals ? x.map((input) => power(input, -1)) : [])].map((factor, i) =>
        sum([product([number(weight(i)), factor]), number(1 - weight(i))]),
      ),
    ),
};

const pathExpression = (algebra: Algebra, path: LayerPath, outputs: number, j: number, x: Inputs, snap: Snap): Expr =>
  pathRules[path.kind](algebra, path, x, (i) => snap(path.weights.values[i * outputs + j]!), j);

/** The path that a gate takes on most of the data, by its mean. */
const chosenPath = ({ paths, gate, outputs }: NumericLayer, j: number): LayerPath => {
  if (gate === undefined) return paths[0]!;
  let total = 0;
  for (let at = j; at < gate.length; at += outputs) total += gate[at]!;
  return total > gate.length / outputs / 2 ? paths[0]! : paths[1]!;
};

const networkExpressions = (
  algebra: Algebra,
  layers: readonly NumericLayer[],
  inputs: readonly Expr[],
  snap: Snap,
  snapInUnits: Snap = snap,
): readonly Expr[] =>
  layers.reduce<readonly Expr[]>(
    (x, layer) =>
      Array.from({ length: layer.outputs }, (_, j) => {
        const path = chosenPath(layer, j);
        return pathExpression(algebra, path, layer.outputs, j, x, path.units === undefined ? snap : snapInUnits);
      }),
    inputs,
  );

const hasVariable = (expr: Expr): boolean => expr.kind === 'variable' || childrenOf(expr).some(hasVariable);

/**
 * Formulas that the network may stand for, most daring first. Empty when a layer has an activation, when the network
 * cannot be read layer by layer, and beyond 1,000 weights. Formulas without any variable are left out.
 */
export const roundedExpressions = (
  algebra: Algebra,
  layers: readonly NumericLayer[],
  inputs: readonly Expr[],
): readonly RoundedExpressions[] => {
  const weights = matricesOf(layers).reduce((total, { values }) => total + values.length, 0);
  if (weights === 0 || weights > MAX_WEIGHTS || layers.some(({ paths }) => paths.some(({ activated }) => activated))) return [];
  const plain = networkExpressions(algebra, layers, inputs, keep);
  const inUnits = networkExpressions(algebra, layers, inputs, keep, toHalves);
  const all: readonly RoundedExpressions[] = [
    { method: 'whole weights', expressions: networkExpressions(algebra, layers, inputs, (value) => nearestOf(WHOLE, value)) },
    { method: 'half weights', expressions: networkExpressions(algebra, layers, inputs, (value) => nearestOf(HALVES, value)) },
    { method: 'whole formula', expressions: plain.map((expr) => algebra.rebuild(expr, toHalves, toHalves)) },
    { method: 'exponents', expressions: inUnits.map((expr) => algebra.rebuild(expr, keep, toHalves)) },
  ];
  return all.filter(({ expressions }) => expressions.some(hasVariable));
};
