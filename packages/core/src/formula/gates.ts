import type { NumericLayer } from './layers.ts';

/** What a gate did on the data: g = 1 is the sum, g = 0 the product. */
export interface GateReading {
  /** Layer and output: `0[1]` is the gate of output 1 of layer 0. */
  readonly path: string;
  readonly mean: number;
  /** Part of the rows with g > ½. */
  readonly share: number;
  /** `undecided` when the mean is between 0.1 and 0.9. */
  readonly chosen: 'sum' | 'product' | 'undecided';
}

const DECIDED = 0.9;

const chosenBy = (mean: number): GateReading['chosen'] =>
  mean >= DECIDED ? 'sum' : mean <= 1 - DECIDED ? 'product' : 'undecided';

const readGate = ({ path, outputs }: NumericLayer, gate: ArrayLike<number>, output: number): GateReading => {
  const values = Array.from({ length: gate.length / outputs }, (_, row) => gate[row * outputs + output]!);
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return {
    path: `${path}[${output}]`,
    mean,
    share: values.filter((value) => value > 0.5).length / values.length,
    chosen: chosenBy(mean),
  };
};

/** All gates of a network, layer by layer. */
export const readGates = (layers: readonly NumericLayer[]): readonly GateReading[] =>
  layers.flatMap((layer) =>
    layer.gate === undefined ? [] : Array.from({ length: layer.outputs }, (_, output) => readGate(layer, layer.gate!, output)),
  );
