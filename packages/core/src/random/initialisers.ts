import { ArgumentError } from '../errors.ts';
import { showShape, sizeOf, type Shape } from '../tensor/shape.ts';
import { normal } from './normal.ts';
import { fillUniform, seedComponents } from './uniform.ts';

/** Which numbers an initialiser draws: the same key gives the same parameter on every backend and for any population size. */
export interface InitKey {
  readonly seed: number;
  /** Global index of the member. */
  readonly member: number;
  readonly stream: number;
}

/** Initial values of a parameter, computed on the host in double precision. */
export interface Initialiser {
  /** How it reads in summaries: `uniform(-2, 2)`. */
  readonly name: string;
  /** Row-major values of this shape. */
  values(shape: Shape, key: InitKey): Float64Array;
}

const draw = (shape: Shape, { seed, member, stream }: InitKey): Float64Array => {
  const out = new Float64Array(sizeOf(shape));
  fillUniform([...seedComponents(seed), member, stream, 0], out);
  return out;
};

/** Sizes of what a weight matrix [inputs, outputs] connects. */
const fans = (shape: Shape): readonly [fanIn: number, fanOut: number] => {
  if (shape.length !== 2)
    throw new ArgumentError(`Only a weight matrix [inputs, outputs] has fans; this parameter has shape ${showShape(shape)}.`);
  return [shape[0]!, shape[1]!];
};

const symmetric = (shape: Shape, limit: number, key: InitKey): Float64Array => draw(shape, key).map((u) => limit * (2 * u - 1));

const scaledNormal = (shape: Shape, mean: number, deviation: number, { seed, member, stream }: InitKey): Float64Array =>
  normal(seed, member, stream, 0, sizeOf(shape)).map((z) => mean + deviation * z);

/** U[low, high). */
export const uniformInit = (low: number, high: number): Initialiser => ({
  name: `uniform(${low}, ${high})`,
  values: (shape, key) => draw(shape, key).map((u) => low + (high - low) * u),
});

/** N(mean, deviation²). */
export const normalInit = (mean: number, deviation: number): Initialiser => ({
  name: `normal(${mean}, ${deviation})`,
  values: (shape, key) => scaledNormal(shape, mean, deviation, key),
});

/** The same number everywhere. */
export const constantInit = (value: number): Initialiser => ({
  name: `constant(${value})`,
  values: (shape) => new Float64Array(sizeOf(shape)).fill(value),
});

/**
 * U[−r, r) with r = gain·√(6/(fanIn + fanOut)): Glorot and Bengio (2010), equation 16.
 *
 * @param limit r is at most this. Default: none.
 */
export const glorotUniform = (gain: number = 1, limit: number = Infinity): Initialiser => ({
  name: limit === Infinity ? `glorotUniform(${gain})` : `glorotUniform(${gain}, ${limit})`,
  values: (shape, key) => {
    const [fanIn, fanOut] = fans(shape);
    return symmetric(shape, Math.min(limit, gain * Math.sqrt(6 / (fanIn + fanOut))), key);
  },
});

/** N(0, gain²·2/(fanIn + fanOut)): Glorot and Bengio (2010). */
export const glorotNormal = (gain: number = 1): Initialiser => ({
  name: `glorotNormal(${gain})`,
  values: (shape, key) => {
    const [fanIn, fanOut] = fans(shape);
    return scaledNormal(shape, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), key);
  },
});

/** U[−r, r) with r = gain·√(3/fanIn): He et al. (2015). The default gain, √2, is the one for ReLU. */
export const kaimingUniform = (gain: number = Math.SQRT2): Initialiser => ({
  name: `kaimingUniform(${gain})`,
  values: (shape, key) => symmetric(shape, gain * Math.sqrt(3 / fans(shape)[0]), key),
});

/** U[−r, r) with r = 1/√fanIn for a given fanIn: PyTorch's default for biases. */
export const fanInUniform = (fanIn: number): Initialiser => ({
  name: `fanInUniform(${fanIn})`,
  values: (shape, key) => symmetric(shape, 1 / Math.sqrt(fanIn), key),
});

/** Ones on the diagonal, zeros elsewhere. */
export const identityInit: Initialiser = {
  name: 'identity',
  values: (shape) => {
    const [rows, columns] = fans(shape);
    return Float64Array.from({ length: rows * columns }, (_, at) => Number(Math.floor(at / columns) === at % columns));
  },
};

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, value, i) => total + value * b[i]!, 0);

/** Makes vectors orthogonal to those before them, and of length 1, in place: modified Gram and Schmidt, twice for accuracy. */
const orthonormalise = (vectors: readonly Float64Array[]): void =>
  vectors.forEach((vector, i) => {
    for (const before of [...vectors.slice(0, i), ...vectors.slice(0, i)]) {
      const along = dot(vector, before);
      vector.forEach((value, k) => (vector[k] = value - along * before[k]!));
    }
    const length = Math.sqrt(dot(vector, vector));
    vector.forEach((value, k) => (vector[k] = value / length));
  });

/** A random matrix whose shorter side's vectors are orthogonal and of length 1: Saxe, McClelland and Ganguli (2014). */
export const orthogonalInit: Initialiser = {
  name: 'orthogonal',
  values: (shape, key) => {
    const [rows, columns] = fans(shape);
    const wide = rows <= columns;
    const [count, length] = wide ? [rows, columns] : [columns, rows];
    const numbers = scaledNormal(shape, 0, 1, key);
    const vectors = Array.from({ length: count }, (_, i) => numbers.slice(i * length, (i + 1) * length));
    orthonormalise(vectors);
    return Float64Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      return wide ? vectors[row]![column]! : vectors[column]![row]!;
    });
  },
};
