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

/** U[−r, r) with r = gain·√(6/(fanIn + fanOut)): Glorot and Bengio (2010), equation 16. */
export const glorotUniform = (gain: number = 1): Initialiser => ({
  name: `glorotUniform(${gain})`,
  values: (shape, key) => {
    const [fanIn, fanOut] = fans(shape);
    return symmetric(shape, gain * Math.sqrt(6 / (fanIn + fanOut)), key);
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
