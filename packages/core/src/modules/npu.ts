import { constantInit, glorotUniform, type Initialiser } from '../random/initialisers.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { customVjp } from '../transform/customVjp.ts';
import { known } from './choice.ts';
import { defineModule, type Module, type ParamSpec, type ProductForm } from './contract.ts';
import { nauInit } from './nau.ts';
import { checkEpsilon, checkSizes, type LayerSizes, type OtherNames } from './sizes.ts';

/** The distance from 1 to the next number of single precision. */
export const SINGLE_EPSILON: number = 2 ** -23;

/** How the derivative passes the clipping of the relevance gate to [0, 1]. */
export type GateGradient = 'straightThrough' | 'clipped';

interface PowerOptions extends LayerSizes {
  /** Added to |x| before the logarithm. Default: 2⁻²³, the step of single precision at 1, as in the paper's code. */
  readonly epsilon?: number;
  /**
   * `straightThrough`: the derivative passes the clipping of g as if it were not there, as in the paper's code. `clipped`: it
   * is 0 outside [0, 1], as in the PyTorch port of Mistry et al. that later comparisons used. Default: `straightThrough`.
   */
  readonly gateGradient?: GateGradient;
  /** False: no relevance gate, the paper's naive NPU. Default: true. */
  readonly gated?: boolean;
  /** Initial Wᵣ. Default: Glorot's uniform, as in the paper; for the modified Real NPU the NAU's. */
  readonly weightInit?: Initialiser;
  /** Initial g. Default: ½, as in the paper. */
  readonly gateInit?: Initialiser;
}

export type NpuOptions = PowerOptions;

export interface RealNpuOptions extends PowerOptions {
  /**
   * `modified`: Wᵣ is clamped to [−1, 1] and g to [0, 1] after every step, Wᵣ starts as in a NAU, and `realNpuSparsity` pulls
   * both to whole values: Mistry, Farrahi and Hare (2022). Default: `original`.
   */
  readonly variant?: 'original' | 'modified';
}

const straightThrough = customVjp(
  'straight-through clip',
  (g) => g!.clamp(0, 1),
  ({ g }) => [g],
);

const clipGate: { readonly [K in GateGradient]: (gate: Tensor) => Tensor } = {
  straightThrough: (gate) => straightThrough(gate),
  clipped: (gate) => gate.clamp(0, 1),
};

interface PowerSettings {
  readonly epsilon: number;
  readonly gateGradient: GateGradient;
}

/** log r and k of the inputs: where the gate is shut, an input is 1, whose logarithm and angle are 0. */
const polar = (x: Tensor, gate: Tensor | undefined, { epsilon, gateGradient }: PowerSettings): readonly [Tensor, Tensor] => {
  const size = x.abs().add(epsilon);
  const angle = x.lt(0).mul(Math.PI);
  if (gate === undefined) return [size.log(), angle];
  const open = clipGate[gateGradient](gate);
  return [size.mul(open).add(open.neg().add(1)).log(), angle.mul(open)];
};

/** Exponents as a formula reads them: Wᵣ where the gate is open, 0 where it is shut. */
const exponents = (real: Tensor, gate: Tensor | undefined, epsilon: number): ProductForm => ({
  kind: 'product',
  weights: gate === undefined ? real : real.mul(gate.clamp(0, 1).unsqueeze(1)),
  epsilon,
  signed: true,
});

const gateSpec = (inputs: number, { gated = true, gateInit = constantInit(0.5) }: PowerOptions): { relevance?: ParamSpec } =>
  gated ? { relevance: { shape: [inputs], init: gateInit, group: 'gate' } } : {};

const powerOptions: OtherNames<PowerOptions> = {
  epsilon: true,
  gateGradient: true,
  gated: true,
  weightInit: true,
  gateInit: true,
};

const settingsOf = (name: string, options: PowerOptions): PowerSettings => ({
  epsilon: checkEpsilon(name, options.epsilon ?? SINGLE_EPSILON),
  gateGradient: known(name, 'gateGradient', options.gateGradient ?? 'straightThrough', ['straightThrough', 'clipped']),
});

const openOrShut = (gate: Tensor): Tensor => gate.clamp(0, 1).ge(0.5);

const paper = 'Heim, Pevný and Šmídl 2020, arXiv 2006.01681';

/**
 * The neural power unit: products of any powers of its inputs, signs included, by complex weights.
 *
 *     ĝ = clip(g, 0, 1)    r = ĝ ⊙ (|x| + ε) + 1 − ĝ    k = π·ĝ where x < 0, else 0
 *     y = exp(log r·Wᵣ − k·Wᵢ) ⊙ cos(k·Wᵣ + log r·Wᵢ)
 *
 * x [rows, inputs], Wᵣ, Wᵢ [inputs, outputs] (`real`, `imaginary`), g [inputs] (`relevance`), y [rows, outputs]. Wᵢ starts
 * from 0. Heim, Pevný and Šmídl (2020); the paper has the cases of k the wrong way round, its code is as above.
 *
 * Traps: the weights are not bounded, so that nothing but the L1 penalty of the paper (`l1` with `growth`) makes them simple;
 * the derivative is large near x = 0.
 *
 * @throws ArgumentError for a width below 1, an ε that is not positive or an unknown choice.
 */
export const npu = (options: NpuOptions): Module => {
  const { inputs, outputs } = checkSizes('npu', options, powerOptions);
  const settings = settingsOf('npu', options);
  type P = { readonly real: Tensor; readonly imaginary: Tensor; readonly relevance?: Tensor };
  const shape = [inputs, outputs];
  return defineModule({
    name: 'npu',
    paper,
    inputs,
    outputs,
    params: {
      real: { shape, init: options.weightInit ?? glorotUniform(), group: 'weights' },
      imaginary: { shape, init: constantInit(0), group: 'weights' },
      ...gateSpec(inputs, options),
    } as { readonly real: ParamSpec; readonly imaginary: ParamSpec; readonly relevance: ParamSpec },
    settings: { ...settings },
    apply: ({ real, imaginary, relevance }: P, x) => {
      const [log, angle] = polar(x, relevance, settings);
      const size = log.matmul(real).sub(angle.matmul(imaginary)).exp();
      return size.mul(angle.matmul(real).add(log.matmul(imaginary)).cos());
    },
    snap: ({ real, imaginary, relevance }: P, nearest) =>
      ({
        real: nearest(real),
        imaginary: imaginary.mul(0),
        ...(relevance && { relevance: openOrShut(relevance) }),
      }) as Required<P>,
    initialCarry: 1,
    form: ({ real, relevance }: P) => exponents(real, relevance, settings.epsilon),
  });
};

/**
 * The neural power unit with real weights only: products of powers, with signs where the powers are whole.
 *
 *     ĝ = clip(g, 0, 1)    r = ĝ ⊙ (|x| + ε) + 1 − ĝ    k = π·ĝ where x < 0, else 0
 *     y = exp(log r·W) ⊙ cos(k·W)
 *
 * x [rows, inputs], W [inputs, outputs] (`real`), g [inputs] (`relevance`), y [rows, outputs]. Heim, Pevný and Šmídl (2020).
 *
 * Traps: between whole exponents the cosine scales every product of negative numbers down; and ε spoils quotients of
 * numbers near 0, where 1/x becomes 1/(|x| + ε).
 *
 * @throws ArgumentError for a width below 1, an ε that is not positive or an unknown choice.
 */
export const realNpu = (options: RealNpuOptions): Module => {
  const { inputs, outputs } = checkSizes('realNpu', options, { ...powerOptions, variant: true });
  const settings = settingsOf('realNpu', options);
  const variant = known('realNpu', 'variant', options.variant ?? 'original', ['original', 'modified']);
  const modified = variant === 'modified';
  type P = { readonly real: Tensor; readonly relevance?: Tensor };
  return defineModule({
    name: 'realNpu',
    paper: modified ? `${paper}; modified: Mistry, Farrahi and Hare 2022, arXiv 2110.05177` : paper,
    inputs,
    outputs,
    params: {
      real: {
        shape: [inputs, outputs],
        init: options.weightInit ?? (modified ? nauInit : glorotUniform()),
        group: 'weights',
      },
      ...gateSpec(inputs, options),
    } as { readonly real: ParamSpec; readonly relevance: ParamSpec },
    settings: { ...settings, variant },
    apply: ({ real, relevance }: P, x) => {
      const [log, angle] = polar(x, relevance, settings);
      return log.matmul(real).exp().mul(angle.matmul(real).cos());
    },
    ...(modified && {
      constrain: ({ real, relevance }: P) =>
        ({ real: real.clamp(-1, 1), ...(relevance && { relevance: relevance.clamp(0, 1) }) }) as Required<P>,
    }),
    snap: ({ real, relevance }: P, nearest) =>
      ({ real: nearest(real), ...(relevance && { relevance: openOrShut(relevance) }) }) as Required<P>,
    initialCarry: 1,
    form: ({ real, relevance }: P) => exponents(real, relevance, settings.epsilon),
  });
};
