import type { LayerShape, PathKind } from '../../../workers/train/look.ts';

/** A weight with its place in a frame's array, and what it does. */
export interface NamedWeight {
  readonly at: number;
  readonly layer: number;
  readonly path: PathKind;
  readonly input: number;
  readonly output: number;
  readonly name: string;
}

/** The names of a layer's inputs: those of the data, then h₁, h₂, … */
export const inputNames = (layers: readonly LayerShape[], names: readonly string[], layer: number): readonly string[] => {
  const plain = layer === 0 ? names : Array.from({ length: layers[layer - 1]!.outputs }, (_, i) => `h${'₁₂₃₄₅₆₇₈₉'[i] ?? i + 1}`);
  // With reciprocals, a layer has twice as many rows of weights as inputs.
  return layers[layer]!.inputs === plain.length ? plain : [...plain, ...plain.map((name) => `1/${name}`)];
};

const roles: { readonly [K in PathKind]: (input: string) => string } = {
  sum: (input) => `${input} in the sum`,
  product: (input) => `exponent of ${input}`,
  selectedProduct: (input) => `${input} as a factor`,
};

/** All weights in the order of a frame: layer, path, input, output. */
export const nameWeights = (layers: readonly LayerShape[], names: readonly string[]): readonly NamedWeight[] => {
  let at = 0;
  return layers.flatMap(({ inputs, outputs, paths }, layer) => {
    const known = inputNames(layers, names, layer);
    const target = (output: number): string => (layer === layers.length - 1 ? '' : `, to h${'₁₂₃₄₅₆₇₈₉'[output] ?? output + 1}`);
    return paths.flatMap((path) =>
      Array.from({ length: inputs * outputs }, (_, i): NamedWeight => {
        const [input, output] = [Math.floor(i / outputs), i % outputs];
        return { at: at++, layer, path, input, output, name: `${roles[path](known[input]!)}${target(output)}` };
      }),
    );
  });
};

/** The gates in the order of a frame: layer, output. */
export const nameGates = (layers: readonly LayerShape[]): readonly string[] =>
  layers.flatMap(({ gated, outputs }, layer) =>
    gated
      ? Array.from({ length: outputs }, (_, output) =>
          layer === layers.length - 1 ? 'gate' : `gate of h${'₁₂₃₄₅₆₇₈₉'[output] ?? output + 1}`,
        )
      : [],
  );
