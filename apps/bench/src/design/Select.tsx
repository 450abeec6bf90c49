import './select.css';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly name: T; readonly title: string }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

/** One of many options. */
export const Select = <T extends string>({ label, value, options, onChange, disabled = false }: SelectProps<T>) => (
  <label class="select">
    <span class="small muted">{label}</span>
    <select
      value={value}
      disabled={disabled}
      onChange={({ currentTarget }) => onChange(options.find(({ name }) => name === currentTarget.value)!.name)}
    >
      {options.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  </label>
);
