import { ArgumentError } from '../errors.ts';
import { constantInit, fanInUniform, type Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { activationNames, activations, type Activation, type ActivationName } from './activations.ts';
import { defineModule, type Module, type ParamSpec } from './contract.ts';
import { checkSizes, type LayerSizes } from './sizes.ts';

export interface DenseOptions extends LayerSizes {
  /** Default: `none`. */
  readonly activation?: ActivationName;
  /** Default: true. */
  readonly bias?: boolean;
  /** Initial W. Default: uniform on ±1/√inputs, PyTorch's default for linear layers. */
  readonly weightInit?: Initialiser;
  /** Initial b. Default: uniform on ±1/√inputs. */
  readonly biasInit?: Initialiser;
}

type DenseParams = { readonly weight: ParamSpec; readonly bias: ParamSpec; readonly slope: ParamSpec };

/**
 * The ordinary layer, as a baseline: y = f(x·W + b), with f from `activations`.
 *
 * x [rows, inputs], W [inputs, outputs] (`weight`), b [outputs] (`bias`), y [rows, outputs]. PReLU has one more parameter,
 * `slope` [1], which starts at 0.25.
 *
 * @throws ArgumentError for a width below 1 or an unknown activation.
 */
export const dense = (options: DenseOptions): Module => {
  const { inputs, outputs } = checkSizes('dense', options, { activation: true, bias: true, weightInit: true, biasInit: true });
  const name = options.activation ?? 'none';
  if (!activationNames.includes(name))
    throw new ArgumentError(`dense: there is no activation "${name}". Choose one of ${activationNames.join(', ')}.`);
  const activation: Activation = activations[name];
  const init = fanInUniform(inputs);
  const params: Partial<DenseParams> = {
    weight: { shape: [inputs, outputs], init: options.weightInit ?? init, group: 'weights' },
    ...(options.bias === false ? {} : { bias: { shape: [outputs], init: options.biasInit ?? init, group: 'bias' } }),
    ...(name === 'prelu' ? { slope: { shape: [1], init: constantInit(0.25), group: 'slope' } } : {}),
  };
  type P = { readonly weight: Tensor; readonly bias?: Tensor; readonly slope?: Tensor };
  const optional = ({ bias, slope }: P) => ({
    ...(bias && { bias }),
    ...(name !== 'none' && { activation: { name, ...(slope && { slope }) } }),
  });
  return defineModule({
    name: 'dense',
    paper: 'an ordinary linear layer with an activation',
    inputs,
    outputs,
    params: params as DenseParams,
    settings: { activation: name },
    apply: ({ weight, bias, slope }: P, x) => {
      const linear = x.matmul(weight);
      return activation.apply(bias === undefined ? linear : linear.add(bias), slope);
    },
    form: (p: P) => ({ kind: 'sum', weights: p.weight, free: true, ...optional(p) }),
  });
};
