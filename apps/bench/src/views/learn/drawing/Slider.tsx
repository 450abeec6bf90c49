import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { steady } from './numbers.ts';
import './slider.css';

interface SliderProps {
  readonly label: ComponentChildren;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onInput: (value: number) => void;
  /** The value as it is shown and read out. Default: with two decimals. */
  readonly text?: string;
  readonly disabled?: boolean;
}

/** A number to be dragged, or moved with the arrow keys. */
export const Slider = ({ label, value, min, max, step, onInput, text, disabled = false }: SliderProps) => {
  const id = useId();
  const shown = text ?? steady(value);
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={disabled}
        aria-valuetext={shown}
        onInput={({ currentTarget }) => onInput(Number(currentTarget.value))}
      />
      <output for={id}>{shown}</output>
    </div>
  );
};
