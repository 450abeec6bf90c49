import type { Initialiser } from '../random/initialisers.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** One parameter of a module: one tensor per member of a population. */
export interface ParamSpec {
  readonly shape: Shape;
  readonly init: Initialiser;
  /** What the parameter is for, such as `gate`: optimisers and regularisers can treat groups differently. */
  readonly group?: string;
  /** True: no gradient is computed and no optimiser changes it. */
  readonly frozen?: boolean;
}

/** Parameters by name, nested where modules are. The path of a leaf, such as `0/wHat`, names it in checkpoints and messages. */
export interface ParamTree {
  readonly [name: string]: ParamSpec | ParamTree;
}

/** A tree of any shape with one T at every leaf. */
export interface AnyValues<T> {
  readonly [name: string]: T | AnyValues<T>;
}

/** The declaration's tree with one T (default: Tensor) at every leaf, so that `apply({ wHat, mHat }, x)` is checked. */
export type Values<P extends ParamTree, T = Tensor> = string extends keyof P
  ? AnyValues<T>
  : { readonly [K in keyof P]: P[K] extends ParamSpec ? T : P[K] extends ParamTree ? Values<P[K], T> : never };

/** What `apply` knows besides parameters and input. */
export type ApplyContext =
  | { readonly training: false }
  | {
      readonly training: true;
      /** Steps done so far by this member: a scalar. */
      readonly step: Tensor;
      /** Uniform numbers in [0, 1), fresh for each call, member and step. */
      uniform(shape: Shape): Tensor;
      /** Keeps a tensor of the forward pass, such as a layer's input, under one of its parameters for `penalty` to find. */
      remember(parameter: Tensor, value: Tensor): void;
      /** What was kept under a parameter in this step, in order: a recurrent layer keeps one tensor per time step. */
      remembered(parameter: Tensor): readonly Tensor[];
    };

/** yⱼ = f(Σᵢ xᵢ·Wᵢⱼ + bⱼ). */
export interface SumForm {
  readonly kind: 'sum';
  /** [inputs, outputs], as the layer uses them: constrained, not as stored. */
  readonly weights: Tensor;
  /** [outputs]. */
  readonly bias?: Tensor;
  /** True: nothing makes the weights whole, as in an ordinary layer. Default: false. */
  readonly free?: boolean;
  /** Absent: the identity. `slope` is PReLU's parameter, a vector of one number. */
  readonly activation?: { readonly name: string; readonly slope?: Tensor };
}

/** yⱼ = cⱼ·Πᵢ (|xᵢ|/uᵢ + ε)^Wᵢⱼ. */
export interface ProductForm {
  readonly kind: 'product';
  /** [inputs, outputs]. */
  readonly weights: Tensor;
  readonly epsilon: number;
  /** True: whole exponents keep the signs of the inputs, so that W = 1 is x and not |x|. Default: false. */
  readonly signed?: boolean;
  /** c, [outputs]. Absent: 1. */
  readonly scale?: Tensor;
  /** u, [inputs]: what each input is measured in. Absent: 1. */
  readonly units?: Tensor;
}

/** yⱼ = Πᵢ (Wᵢⱼ·xᵢ + 1 − Wᵢⱼ): a weight of 1 multiplies by the input, a weight of 0 leaves it out. */
export interface SelectedProductForm {
  readonly kind: 'selectedProduct';
  /** [inputs, outputs]; with reciprocals [2·inputs, outputs]. */
  readonly weights: Tensor;
  /** True: the factors to choose from are x₁ … xₙ and then 1/x₁ … 1/xₙ. Default: false. */
  readonly reciprocals?: boolean;
}

/** y = g ⊙ sum + (1 − g) ⊙ product, with g in [0, 1]. */
export interface GatedForm {
  readonly kind: 'gated';
  /** x [rows, inputs] → g [rows, outputs]. */
  gate(x: Tensor): Tensor;
  readonly sum: SumForm;
  readonly product: ProductForm | SelectedProductForm;
}

/** How a layer computes, in terms of its constrained weights: what reading back needs. */
export type LayerForm = SumForm | ProductForm | SelectedProductForm | GatedForm;

/** Choices of a module by name. */
export interface Settings {
  readonly [name: string]: string | number | boolean;
}

/** A module inside another one, and its parameters. */
export interface ModulePart {
  /** Where its parameters are in those of the whole: `cell`, for example; empty when they are the same. */
  readonly path: string;
  readonly module: Module;
  readonly parameters: AnyValues<Tensor>;
}

/**
 * A layer or a network, written for one member of a population: declarations and formulas, no state. A custom module is an
 * object with `name`, `paper`, `inputs`, `outputs`, `params` and `apply`; `defineModule` infers the types of the rest.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- Values<P> makes Module invariant in P: Module<ParamTree> would take no module.
export interface Module<P extends ParamTree = any> {
  /** Names the module's scope in messages and printed graphs. */
  readonly name: string;
  /** Where the definition comes from. */
  readonly paper: string;
  /** Width of the input rows. */
  readonly inputs: number;
  /** Width of the output rows. */
  readonly outputs: number;
  readonly params: P;
  /**
   * Choices that change what `apply` computes and that the parameters' shapes do not show, such as ε. Checkpoints remember
   * them and refuse a module with others. Default: none.
   */
  readonly settings?: Settings;
  /** x [rows, inputs] → [rows, outputs]. Constrained weights are computed here, from the stored parameters, every time. */
  apply(p: Values<P>, x: Tensor, context: ApplyContext): Tensor;
  /** Parameters after each optimiser step, for example clamped. */
  constrain?(p: Values<P>): Values<P>;
  /**
   * The stored parameters whose constrained weights are `nearest` of the present ones: a trained layer made exact.
   * A module without it keeps its parameters in `snapParameters`.
   */
  snap?(p: Values<P>, nearest: (weights: Tensor) => Tensor): Values<P>;
  /** For recurrent use: the state before the first step. Products start from 1. Default: 0. */
  readonly initialCarry?: number;
  /** A scalar added to the loss. */
  penalty?(p: Values<P>, context: ApplyContext): Tensor;
  /** For reading back. A module without it, and without `layers`, has an exact formula, but no weights, gates or rounded formula. */
  form?(p: Values<P>): LayerForm;
  /** The layers of a stack, in order; layer i has the parameters under the key `String(i)`. */
  readonly layers?: readonly Module[];
  /** The modules inside one that is no stack, such as a recurrent one: regularisers find their weights through it. */
  parts?(p: Values<P>): readonly ModulePart[];
}

/** Returns the module as it is; the parameters of its functions get their types from `params`. */
export const defineModule = <const P extends ParamTree>(module: Module<P>): Module<P> => module;
