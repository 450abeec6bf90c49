import type { ComponentChildren } from 'preact';
import { backends } from '../../../backends/backends.ts';
import { Choice } from '../../../design/Choices.tsx';
import { Select } from '../../../design/Select.tsx';
import { grouped } from '../../../design/numbers.ts';
import { Slider } from '../drawing/Slider.tsx';
import type { LearnState } from '../link.ts';
import { functionChoices, hint, modules } from './choices.ts';
import { FunctionInput } from './FunctionInput.tsx';
import { TableInput, type PastedTable } from './TableInput.tsx';

interface SetUpProps {
  readonly state: LearnState;
  readonly table: PastedTable;
  readonly onChange: (change: Partial<LearnState>) => void;
  readonly onTable: (table: PastedTable) => void;
  readonly disabled: boolean;
  readonly children: ComponentChildren;
}

const backendOptions = backends.map(({ name, title }) => ({ name, title: `${name}: ${title}` }));

/** What is learned, by what, and where. */
export const SetUp = ({ state, table, onChange, onTable, disabled, children }: SetUpProps) => {
  const { from, f, typed, model, backend, members, steps, seed } = state;
  return (
    <div class="stack">
      <Choice
        legend="Learn"
        options={[
          { value: 'function', label: 'a function' },
          { value: 'typed', label: 'a function of mine' },
          { value: 'table', label: 'a table of mine' },
        ]}
        chosen={from}
        onChange={(value) => onChange({ from: value })}
        disabled={disabled}
      />
      {from === 'function' && (
        <Choice
          legend="Function"
          options={functionChoices.map(({ name, text }) => ({ value: name, label: <span class="formula">{text}</span> }))}
          chosen={f}
          onChange={(value) => onChange({ f: value })}
          disabled={disabled}
        />
      )}
      {from === 'typed' && <FunctionInput text={typed} onChange={(value) => onChange({ typed: value })} disabled={disabled} />}
      {from === 'table' && <TableInput table={table} onChange={onTable} disabled={disabled} />}
      <div>
        <Select label="by" value={model} options={modules} onChange={(value) => onChange({ model: value })} disabled={disabled} />
        <p class="small muted">{modules.find(({ name }) => name === model)!.about}</p>
        {from === 'function' && hint(f, model) !== null && <p class="small warn">{hint(f, model)}</p>}
      </div>
      <Select
        label="on"
        value={backend}
        options={backendOptions}
        onChange={(value) => onChange({ backend: value })}
        disabled={disabled}
      />
      <Slider
        label="networks"
        value={members}
        min={1}
        max={100}
        step={1}
        text={String(members)}
        onInput={(value) => onChange({ members: value })}
        disabled={disabled}
      />
      <Slider
        label="steps"
        value={steps}
        min={500}
        max={20_000}
        step={500}
        text={grouped(steps)}
        onInput={(value) => onChange({ steps: value })}
        disabled={disabled}
      />
      <Slider
        label="seed"
        value={seed}
        min={0}
        max={100}
        step={1}
        text={String(seed)}
        onInput={(value) => onChange({ seed: value })}
        disabled={disabled}
      />
      {children}
    </div>
  );
};
