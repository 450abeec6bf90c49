import type { ComponentChildren } from 'preact';
import './choices.css';

interface Option<T extends string> {
  readonly value: T;
  readonly label: ComponentChildren;
  /** Shown when the pointer rests on it, and read out. */
  readonly title?: string;
}

interface ChoicesProps<T extends string> {
  readonly legend: string;
  readonly options: readonly Option<T>[];
  readonly chosen: readonly T[];
  readonly onChange: (chosen: readonly T[]) => void;
  readonly disabled?: boolean;
}

/** Any number of several options. The order of what is chosen is that of the options. */
export const Choices = <T extends string>({ legend, options, chosen, onChange, disabled = false }: ChoicesProps<T>) => (
  <fieldset class="choices" disabled={disabled}>
    <legend>{legend}</legend>
    {options.map(({ value, label, title }) => (
      <label key={value} title={title}>
        <input
          type="checkbox"
          checked={chosen.includes(value)}
          onChange={() =>
            onChange(
              options
                .map((option) => option.value)
                .filter((each) => (each === value ? !chosen.includes(value) : chosen.includes(each))),
            )
          }
        />
        <span>{label}</span>
      </label>
    ))}
  </fieldset>
);

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly options: readonly Option<T>[];
  readonly chosen: T;
  readonly onChange: (chosen: T) => void;
  readonly disabled?: boolean;
}

/** One of a few options, all of them visible. */
export const Choice = <T extends string>({ legend, options, chosen, onChange, disabled = false }: ChoiceProps<T>) => (
  <fieldset class="choices" disabled={disabled}>
    <legend>{legend}</legend>
    {options.map(({ value, label, title }) => (
      <label key={value} title={title}>
        <input type="radio" name={legend} checked={chosen === value} onChange={() => onChange(value)} />
        <span>{label}</span>
      </label>
    ))}
  </fieldset>
);
