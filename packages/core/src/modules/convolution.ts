import { ArgumentError } from '../errors.ts';
import { checkOptionNames, type OptionNames } from '../options.ts';
import { fanInUniform } from '../random/initialisers.ts';
import { concat, iota, type Tensor } from '../tensor/tensor.ts';
import { customVjp } from '../transform/customVjp.ts';
import { activations, type ActivationName } from './activations.ts';
import { known } from './choice.ts';
import { defineModule, type Module, type ParamSpec } from './contract.ts';

/** The size of an image whose pixels lie in a row: row by row, and channel by channel within a pixel. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  /** Default: 1. */
  readonly channels?: number;
}

const imageSize: OptionNames<ImageSize> = { height: true, width: true, channels: true };

export interface ConvolutionOptions extends ImageSize {
  /** Channels of the result. */
  readonly filters: number;
  /** Height and width of a filter. Default: 5. */
  readonly size?: number;
  /** Default: `none`. */
  readonly activation?: Exclude<ActivationName, 'prelu'>;
}

type ConvolutionParams = { readonly weight: ParamSpec; readonly bias: ParamSpec };

const checkWhole = (module: string, sizes: Readonly<Record<string, number>>): void => {
  const wrong = Object.entries(sizes).find(([, value]) => !Number.isInteger(value) || value < 1);
  if (wrong !== undefined)
    throw new ArgumentError(`${module}: ${wrong[0]} must be a whole number of at least 1, but it is ${wrong[1]}.`);
};

/** [images, height, width, channels] → [images, height − size + 1, width − size + 1, size·size·channels]: what each filter sees. */
const windows = (images: Tensor, size: number): Tensor => {
  const [count, height, width, channels] = images.shape as readonly [number, number, number, number];
  const shifts = Array.from({ length: size * size }, (_, at) => [Math.floor(at / size), at % size] as const);
  return concat(
    shifts.map(([down, right]) =>
      images.slice([0, down, right, 0], [count, down + height - size + 1, right + width - size + 1, channels]),
    ),
    3,
  );
};

/** [..., m] × [m, n] → [..., n] as one product of matrices. */
const times = (stack: Tensor, matrix: Tensor): Tensor => {
  const [inner, outer] = matrix.shape as readonly [number, number];
  return stack
    .reshape([stack.size / inner, inner])
    .matmul(matrix)
    .reshape([...stack.shape.slice(0, -1), outer]);
};

/** W with its filters turned by half a turn and its channels exchanged: [size·size·channels, filters] → [size·size·filters, channels]. */
const turned = (weight: Tensor, size: number): Tensor => {
  const [seen, filters] = weight.shape as readonly [number, number];
  const channels = seen / size ** 2;
  const places = weight.reshape([size * size, channels, filters]);
  const backwards = iota([size * size], 0)
    .neg()
    .add(size * size - 1);
  return places
    .gather(backwards)
    .transpose([0, 2, 1])
    .reshape([size * size * filters, channels]);
};

/**
 * Images [n, height, width, channels] and filters [size·size·channels, filters] → [n, …, …, filters].
 *
 * The derivative by the images is a convolution again, of the padded cotangent with turned filters. The derivative of `windows`,
 * a sum of size·size padded images, would be several times slower.
 */
const convolve = (images: Tensor, weight: Tensor, size: number): Tensor =>
  customVjp(
    'convolution',
    (x, w) => times(windows(x!, size), w!),
    ({ inputs: [x, w], g }) => {
      const [seen, filters] = w!.shape as readonly [number, number];
      const places = g.size / filters;
      const edge = [0, size - 1, size - 1, 0];
      return [
        times(windows(g.pad(edge, edge), size), turned(w!, size)),
        windows(x!, size)
          .reshape([places, seen])
          .transpose()
          .matmul(g.reshape([places, filters])),
      ];
    },
  )(images, weight);

/**
 * A convolution of images without padding, in steps of one pixel: y = f(windows(x)·W + b).
 *
 * x [rows, height·width·channels], W [size·size·channels, filters] (`weight`), b [filters] (`bias`), y
 * [rows, (height − size + 1)·(width − size + 1)·filters]. W and b start from U[−r, r) with r = 1/√(size·size·channels),
 * PyTorch's default. LeCun et al. (1989).
 *
 * @throws ArgumentError for sizes below 1, or a filter that is larger than the image.
 */
export const convolution = (options: ConvolutionOptions): Module<ConvolutionParams> => {
  checkOptionNames('convolution', options, { ...imageSize, filters: true, size: true, activation: true });
  const { height, width, channels = 1, filters, size = 5, activation = 'none' } = options;
  checkWhole('convolution', { height, width, channels, filters, size });
  if (size > height || size > width)
    throw new ArgumentError(`convolution: a filter of ${size}×${size} does not fit into an image of ${height}×${width}.`);
  const names = Object.keys(activations).filter((name) => name !== 'prelu') as Exclude<ActivationName, 'prelu'>[];
  const f = activations[known('convolution', 'activation', activation, names)];
  const seen = size * size * channels;
  const [down, across] = [height - size + 1, width - size + 1];
  const init = fanInUniform(seen);
  return defineModule<ConvolutionParams>({
    name: 'convolution',
    paper: 'LeCun et al. 1989, Neural Computation 1:541',
    inputs: height * width * channels,
    outputs: down * across * filters,
    params: {
      weight: { shape: [seen, filters], init, group: 'weights' },
      bias: { shape: [filters], init, group: 'bias' },
    },
    settings: { height, width, size, activation },
    apply: ({ weight, bias }, x) => {
      const rows = x.shape[0]!;
      const images = x.reshape([rows, height, width, channels]);
      return f.apply(convolve(images, weight, size).add(bias)).reshape([rows, down * across * filters]);
    },
  });
};

export interface MaxPoolOptions extends ImageSize {
  /** Height and width of what becomes one pixel; it divides those of the image. Default: 2. */
  readonly size?: number;
}

/**
 * The largest value of every square of pixels, channel by channel. The derivative goes to the largest; equal ones share it.
 *
 * x [rows, height·width·channels] → [rows, (height/size)·(width/size)·channels].
 *
 * @throws ArgumentError for sizes below 1, or a size that does not divide the image.
 */
export const maxPool = (options: MaxPoolOptions): Module => {
  checkOptionNames('maxPool', options, { ...imageSize, size: true });
  const { height, width, channels = 1, size = 2 } = options;
  checkWhole('maxPool', { height, width, channels, size });
  if (height % size !== 0 || width % size !== 0)
    throw new ArgumentError(`maxPool: squares of ${size}×${size} do not divide an image of ${height}×${width}.`);
  const [down, across] = [height / size, width / size];
  return defineModule({
    name: 'maxPool',
    paper: 'Riesenhuber and Poggio 1999, Nature Neuroscience 2:1019',
    inputs: height * width * channels,
    outputs: down * across * channels,
    params: {},
    settings: { height, width, size },
    apply: (_, x) => {
      const rows = x.shape[0]!;
      const squares = x.reshape([rows, down, size, across, size, channels]);
      return squares.reduceMax([2, 4]).reshape([rows, down * across * channels]);
    },
  });
};
