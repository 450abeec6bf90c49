import { toTensorData, type NumericArray } from '../backend/arrays.ts';
import { ArgumentError, DataError } from '../errors.ts';
import { trace } from '../graph/trace.ts';
import { applyModule } from '../modules/apply.ts';
import type { Module } from '../modules/contract.ts';
import { listParams, unflatten } from '../modules/tree.ts';
import { checkOptionNames, type OptionNames } from '../options.ts';
import { checkedRows } from '../training/data.ts';
import type { NamedTensor } from '../training/snapshot.ts';
import { createAlgebra, type Algebra } from './algebra.ts';
import { measure, type FormulaErrors } from './errors.ts';
import { toFunction } from './evaluate.ts';
import { sizeOfExpr, type Expr } from './expression.ts';
import { expressionsOf, Unwritable } from './fromGraph.ts';
import { readGates, type GateReading } from './gates.ts';
import { toLatex } from './latex.ts';
import { runNetwork, type NumericNetwork } from './layers.ts';
import { roundedExpressions, type RoundingMethod } from './rounding.ts';
import { toText } from './text.ts';
import { readWeights, sparsityError, type WeightReading } from './weights.ts';

/** A formula in every form, with its error on the data. */
export interface FormulaReading {
  /** One per output. */
  readonly expressions: readonly Expr[];
  readonly text: string;
  readonly latex: string;
  /** One row in, one row out, in f64. */
  evaluate(x: ArrayLike<number>): number[];
  readonly errors: FormulaErrors;
}

export interface RoundedReading extends FormulaReading {
  readonly method: RoundingMethod;
  /** True only when `errors.relative` is at most `tolerance`. */
  readonly holds: boolean;
  readonly tolerance: number;
}

/** What a trained module stands for. */
export interface Formula {
  /**
   * The formula to show. It stands without a remark only when the rounded formula holds; otherwise it begins with ≈ and ends
   * with its error. It is the rounded one also where that is at most a twentieth worse than the exact one. A network that is too
   * large to write out gets a sentence. Several outputs have a line each.
   */
  readonly text: string;
  readonly latex: string;
  /** Which formula `text`, `latex` and `evaluate` are. `none`: there is none to write, and `evaluate` runs the network. */
  readonly shown: 'rounded' | 'exact' | 'none';
  evaluate(x: ArrayLike<number>): number[];
  /** The network as it is, with the weights that it has; the text shows `digits` digits. */
  readonly exact?: FormulaReading;
  /** The simple formula closest to it. Undefined for networks with activations: their weights stand for nothing by themselves. */
  readonly rounded?: RoundedReading;
  readonly weights: readonly WeightReading[];
  /** Largest distance of a weight to the nearest of −1, 0 and 1; undefined without weights. */
  readonly sparsityError?: number;
  readonly gates: readonly GateReading[];
  /** All on the given data. `model` is the trained model itself. */
  readonly errors: { readonly model: FormulaErrors; readonly exact?: FormulaErrors; readonly rounded?: FormulaErrors };
}

export interface FormulaOptions {
  /** Names of the columns of x. Default: x, or x1, x2, … */
  readonly inputNames?: readonly string[];
  /** Names of the columns of y. Default: y, or y1, y2, … */
  readonly outputNames?: readonly string[];
  /** Significant digits of coefficients and exponents in text. A rounded formula that does not hold has fewer where they serve as well. Default: 4. */
  readonly digits?: number;
  /** Largest relative error with which the rounded formula still holds. Default: 0.001, a thousandth of the targets' spread. */
  readonly tolerance?: number;
  /** What the model predicted for x on its backend. Default: what it computes in f64. */
  readonly predictions?: NumericArray;
}

const optionNames: OptionNames<FormulaOptions> = {
  inputNames: true,
  outputNames: true,
  digits: true,
  tolerance: true,
  predictions: true,
};

/** A module and the parameters of one member, by path. A `Model` is one. */
export interface TrainedModule {
  readonly module: Module;
  readonly parameters: ReadonlyMap<string, NamedTensor>;
}

/** Longer formulas are not written out. */
const MAX_SIZE = 500;

const namesFor = (kind: string, given: readonly string[] | undefined, letter: string, count: number): readonly string[] => {
  if (given === undefined) return count === 1 ? [letter] : Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
  if (given.length !== count)
    throw new ArgumentError(
      `The module has ${count} ${kind}${count === 1 ? '' : 's'}, but ${given.length} ${given.length === 1 ? 'name was' : 'names were'} given: ${given.join(', ')}.`,
    );
  const twice = given.find((name, at) => given.indexOf(name) !== at);
  if (twice !== undefined) throw new ArgumentError(`Two ${kind}s are named "${twice}". Give every ${kind} a name of its own.`);
  return given;
};

const inputVariables = (algebra: Algebra, names: readonly string[], { data }: NamedTensor): readonly Expr[] =>
  names.map((name, column) =>
    algebra.variable(
      column,
      name,
      data.every((value, at) => at % names.length !== column || value > 0),
    ),
  );

const exactExpressions = (algebra: Algebra, { module, parameters }: TrainedModule, inputs: readonly Expr[]): readonly Expr[] => {
  const params = listParams(module.params);
  const specs = [
    ...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
    { name: 'x', shape: [1, module.inputs] },
  ];
  const graph = trace(
    specs,
    (...tensors) => [applyModule(module, unflatten(module.params, tensors.slice(0, -1)), tensors.at(-1)!)],
    'formula',
  );
  const numbers = params.map(({ path }) => Array.from(parameters.get(path)!.data, algebra.number));
  return expressionsOf(graph, algebra, [...numbers, inputs])[0]!;
};

const toDigits =
  (digits: number) =>
  (value: number): number =>
    Number(value.toPrecision(digits));

const totalSize = (expressions: readonly Expr[]): number => expressions.reduce((total, expr) => total + sizeOfExpr(expr), 0);

const isWritable = (expressions: readonly Expr[]): boolean => totalSize(expressions) <= MAX_SIZE;

const percent = (share: number): string => (Number.isFinite(share) ? `${Number((share * 100).toPrecision(2))} %` : 'infinite');

/** Lines `y1 = …`, or the right side alone when there is one output. */
const inLines = (names: readonly string[], sides: readonly string[], sign: string): string =>
  sides.length === 1
    ? `${sign === '=' ? '' : `${sign} `}${sides[0]}`
    : sides.map((side, i) => `${names[i]} ${sign} ${side}`).join('\n');

const inLatex = (names: readonly string[], sides: readonly string[], sign: string): string => {
  if (sides.length === 1) return `${sign === '=' ? '' : `${sign} `}${sides[0]}`;
  const rows = sides.map(
    (side, i) => `${toLatex({ kind: 'variable', index: i, name: names[i]!, positive: false })} &${sign} ${side}`,
  );
  return `\\begin{aligned}${rows.join(' \\\\ ')}\\end{aligned}`;
};

interface Setting {
  readonly algebra: Algebra;
  readonly outputNames: readonly string[];
  readonly digits: number;
  readonly x: NamedTensor;
  readonly y: NamedTensor;
}

const evaluateRows = (evaluate: (x: ArrayLike<number>) => number[], { data, shape }: NamedTensor): readonly number[] => {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => evaluate(data.subarray(row * columns, (row + 1) * columns))).flat();
};

const read = (expressions: readonly Expr[], { algebra, outputNames, digits, x, y }: Setting): FormulaReading => {
  const evaluate = toFunction(expressions);
  const short = expressions.map((expr) => algebra.rebuild(expr, toDigits(digits), toDigits(digits)));
  return {
    expressions,
    text: inLines(outputNames, short.map(toText), '='),
    latex: inLatex(outputNames, short.map(toLatex), '='),
    evaluate,
    errors: measure(evaluateRows(evaluate, x), y.data, outputNames.length),
  };
};

/** A simpler formula, or one with fewer digits, may have an error this many times as large. */
const SLIGHTLY = 1.05;

/** An error of a thousandth of a percent needs no further digits. */
const NEGLIGIBLE = 1e-5;

/** The same formula with no more digits in its coefficients than the data support: 8.3 where 8.309 fits no better. */
const withFewestDigits = (best: RoundedReading, setting: Setting): RoundedReading => {
  for (let digits = 1; digits < setting.digits; digits++) {
    const expressions = best.expressions.map((expr) => setting.algebra.rebuild(expr, toDigits(digits)));
    const reading = read(expressions, setting);
    if (reading.errors.relative <= SLIGHTLY * best.errors.relative) {
      return { ...best, ...reading, holds: reading.errors.relative <= best.tolerance };
    }
  }
  return best;
};

const bestRounded = (
  { layers }: NumericNetwork,
  inputs: readonly Expr[],
  tolerance: number,
  setting: Setting,
): RoundedReading | undefined => {
  const readings = roundedExpressions(setting.algebra, layers ?? [], inputs)
    .map(({ method, expressions }) => ({
      method,
      // Rounded to the digits shown, so that the errors belong to the text.
      expressions: expressions.map((expr) => setting.algebra.rebuild(expr, toDigits(setting.digits), toDigits(setting.digits))),
    }))
    .filter(({ expressions }) => isWritable(expressions))
    .map(({ method, expressions }): RoundedReading => {
      const reading = read(expressions, setting);
      return { ...reading, method, tolerance, holds: reading.errors.relative <= tolerance };
    });
  const holding = readings.find(({ holds }) => holds);
  if (holding !== undefined) return holding;
  const best = readings.reduce<RoundedReading | undefined>(
    (closest, each) => (closest === undefined || each.errors.relative < closest.errors.relative ? each : closest),
    undefined,
  );
  return best && withFewestDigits(best, setting);
};

const checkedPredictions = (value: NumericArray, y: NamedTensor): ArrayLike<number> => {
  const { data } = toTensorData(value);
  if (data.length !== y.data.length)
    throw new DataError(`There are ${data.length} predictions, but y has ${y.data.length} values. Predict all rows of x.`);
  return data;
};

type Shown = Pick<Formula, 'text' | 'latex' | 'shown' | 'evaluate'>;

/** Digits that a double has. */
const ALL_DIGITS = 17;

/** The formula with so many digits, at least the wanted ones, that its error is that of all digits. */
const withEnoughDigits = ({ expressions, errors }: FormulaReading, setting: Setting): FormulaReading => {
  const { algebra } = setting;
  for (let digits = setting.digits; ; digits++) {
    const short = expressions.map((expr) => algebra.rebuild(expr, toDigits(digits), toDigits(digits)));
    const reading = read(short, { ...setting, digits });
    const isGoodEnough = reading.errors.relative <= Math.max(SLIGHTLY * errors.relative, NEGLIGIBLE);
    if (isGoodEnough || digits >= ALL_DIGITS || !Number.isFinite(errors.relative)) return reading;
  }
};

const showApproximate = (reading: FormulaReading, shown: 'rounded' | 'exact', setting: Setting): Shown => {
  const { outputNames } = setting;
  const { expressions, errors } = withEnoughDigits(reading, setting);
  return {
    text: `${inLines(outputNames, expressions.map(toText), '≈')} (typical error: ${percent(errors.relative)} of the spread)`,
    latex: inLatex(outputNames, expressions.map(toLatex), '\\approx'),
    shown,
    evaluate: reading.evaluate,
  };
};

const showSentence = ({ module, parameters }: TrainedModule, reason: string): Shown => {
  const numbers = [...parameters.values()].reduce((total, { data }) => total + data.length, 0);
  const text = `no short formula: a network "${module.name}" with ${numbers.toLocaleString('en')} parameters; ${reason}`;
  return {
    text,
    latex: toLatex({ kind: 'variable', index: 0, name: text, positive: false }),
    shown: 'none',
    evaluate: (row) =>
      Array.from(runNetwork(module, parameters, { data: Float64Array.from(row), shape: [1, module.inputs] }).outputs),
  };
};

const choose = (
  trained: TrainedModule,
  exact: FormulaReading | undefined,
  reason: string,
  rounded: RoundedReading | undefined,
  setting: Setting,
): Shown => {
  if (rounded?.holds) return { text: rounded.text, latex: rounded.latex, shown: 'rounded', evaluate: rounded.evaluate };
  // Rounding that does no harm is shown even where nothing fits well: noisy data, for example.
  if (rounded !== undefined && rounded.errors.relative <= SLIGHTLY * (exact?.errors.relative ?? Infinity))
    return showApproximate(rounded, 'rounded', setting);
  return exact === undefined ? showSentence(trained, reason) : showApproximate(exact, 'exact', setting);
};

/** The exact formula, or why there is none to write. */
const readExact = (
  trained: TrainedModule,
  inputs: readonly Expr[],
  setting: Setting,
): { readonly exact?: FormulaReading; readonly reason: string } => {
  try {
    const expressions = exactExpressions(setting.algebra, trained, inputs);
    if (isWritable(expressions)) return { exact: read(expressions, setting), reason: '' };
    const size = totalSize(expressions);
    return { reason: `written out, it would take ${size < 1e6 ? size.toLocaleString('en') : size.toExponential(1)} terms` };
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    return { reason: error.message };
  }
};

/**
 * Reads a trained module back: its constrained weights and how far each is from −1, 0 and 1, which path its gates chose on the
 * data, and the formula it stands for, exact and rounded, each with its error on the data.
 *
 * Everything is computed on the host in f64. A variable is written without bars where its column of x is positive.
 *
 * @param x [rows, inputs].
 * @param y [rows, outputs]: what the formula is judged by. Give rows that the training did not see.
 * @throws DataError for data that do not fit the module, ArgumentError for a wrong number of names.
 */
export const readFormula = (trained: TrainedModule, x: NumericArray, y: NumericArray, options: FormulaOptions = {}): Formula => {
  const { module, parameters } = trained;
  checkOptionNames('readFormula', options, optionNames);
  const { digits = 4, tolerance = 1e-3 } = options;
  const rows = checkedRows(x, y, module, 'f64');
  const algebra = createAlgebra();
  const outputNames = namesFor('output', options.outputNames, 'y', module.outputs);
  const inputs = inputVariables(algebra, namesFor('input', options.inputNames, 'x', module.inputs), rows.x);
  const setting: Setting = { algebra, outputNames, digits, x: rows.x, y: rows.y };

  const network = runNetwork(module, parameters, rows.x);
  const predictions = options.predictions === undefined ? network.outputs : checkedPredictions(options.predictions, rows.y);
  const { exact, reason } = readExact(trained, inputs, setting);
  const rounded = bestRounded(network, inputs, tolerance, setting);
  const weights = readWeights(network.layers ?? []);
  const sparsity = sparsityError(weights);
  return {
    ...choose(trained, exact, reason, rounded, setting),
    ...(exact && { exact }),
    ...(rounded && { rounded }),
    weights,
    ...(sparsity !== undefined && { sparsityError: sparsity }),
    gates: readGates(network.layers ?? []),
    errors: {
      model: measure(predictions, rows.y.data, module.outputs),
      ...(exact && { exact: exact.errors }),
      ...(rounded && { rounded: rounded.errors }),
    },
  };
};
