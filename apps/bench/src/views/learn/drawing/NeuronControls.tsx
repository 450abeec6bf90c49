import type { Signal } from '@preact/signals';
import { Button } from '../../../design/Button.tsx';
import { steady } from './numbers.ts';
import { Slider } from './Slider.tsx';

/** The inputs of a neuron, and its weights. */
export interface NeuronSetting {
  readonly x: readonly number[];
  readonly weights: readonly number[];
}

/** Weights with a name. */
export interface Preset {
  readonly label: string;
  readonly weights: readonly number[];
}

type Range = readonly [min: number, max: number];

interface NeuronControlsProps {
  /** Of the inputs. */
  readonly names: readonly string[];
  readonly setting: Signal<NeuronSetting>;
  readonly presets: readonly Preset[];
  /** What the presets are. */
  readonly presetsLabel: string;
  readonly inputs: Range;
  readonly weights: Range;
}

const replaced = (values: readonly number[], index: number, value: number): readonly number[] =>
  values.map((each, i) => (i === index ? value : each));

/** A button for each preset, a slider for each input, and one for each weight. */
export const NeuronControls = ({ names, setting, presets, presetsLabel, inputs, weights: range }: NeuronControlsProps) => {
  const { x, weights } = setting.value;
  return (
    <>
      <div class="row" role="group" aria-label={presetsLabel}>
        {presets.map((preset) => (
          <Button key={preset.label} onClick={() => (setting.value = { x, weights: preset.weights })}>
            {preset.label}
          </Button>
        ))}
      </div>
      {names.map((name, i) => (
        <Slider
          key={name}
          label={name}
          value={x[i]!}
          min={inputs[0]}
          max={inputs[1]}
          step={0.5}
          text={steady(x[i]!, 1)}
          onInput={(value) => (setting.value = { x: replaced(x, i, value), weights })}
        />
      ))}
      {names.map((name, i) => (
        <Slider
          key={name}
          label={`weight of ${name}`}
          value={weights[i]!}
          min={range[0]}
          max={range[1]}
          step={0.05}
          onInput={(value) => (setting.value = { x, weights: replaced(weights, i, value) })}
        />
      ))}
    </>
  );
};
