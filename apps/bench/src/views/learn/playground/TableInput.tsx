import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { Button } from '../../../design/Button.tsx';
import { Choices } from '../../../design/Choices.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Select } from '../../../design/Select.tsx';
import { longestTableInLink } from '../link.ts';
import { useTraining } from '../training.ts';
import { examples } from './examples.ts';
import { messageOf } from '../../../errors/messageOf.ts';

/** A table as it was pasted, and what of it is to be learned. */
export interface PastedTable {
  readonly text: string;
  readonly target: string;
  readonly inputs: readonly string[];
}

interface TableInputProps {
  readonly table: PastedTable;
  readonly onChange: (table: PastedTable) => void;
  readonly disabled: boolean;
}

/** Bytes: text of a table that is too long to be trained on is told so, but gigabytes must not be read first. */
const largestFile = 8e6;

/** Milliseconds without typing after which a table is read. */
const idle = 250;

/** Keeps what was chosen as far as the columns still exist. Without a choice the last column is learned from all others. */
const chooseColumns = (names: readonly string[], { text, target, inputs }: PastedTable): PastedTable => {
  const learned = names.includes(target) ? target : names.at(-1)!;
  const known = inputs.filter((name) => names.includes(name) && name !== learned);
  return { text, target: learned, inputs: known.length > 0 ? known : names.filter((name) => name !== learned) };
};

/** A place to paste a table, and its columns to choose from. */
export const TableInput = ({ table, onChange, disabled }: TableInputProps) => {
  const id = useId();
  const reading = useTraining<'columns'>();
  const names = useSignal<readonly string[]>([]);
  const fileProblem = useSignal<string | null>(null);
  const open = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (file === undefined) return;
    fileProblem.value = null;
    try {
      if (file.size > largestFile) throw new Error(`it has ${(file.size / 1e6).toFixed(0)} MB: a sample of its rows is enough`);
      onChange({ text: await file.text(), target: '', inputs: [] });
    } catch (error) {
      fileProblem.value = `${file.name} was not read: ${messageOf(error)}.`;
    }
    // The same file can be chosen again.
    input.value = '';
  };
  const { text } = table;
  useEffect(() => {
    if (text.trim() === '') {
      names.value = [];
      return undefined;
    }
    const timer = setTimeout(() => {
      names.value = [];
      void reading.start({ kind: 'columns', text }, (message) => {
        if (message.kind !== 'setting') return;
        names.value = message.setting.names;
        onChange(chooseColumns(names.value, table));
      });
    }, idle);
    return () => clearTimeout(timer);
  }, [text]);
  const problem = reading.state.value;
  return (
    <div class="stack">
      <label for={id} class="small muted">
        A line with the names of the columns, then one line for each measurement
      </label>
      <textarea
        id={id}
        class="mono table-text"
        rows={9}
        spellcheck={false}
        placeholder={'a,b,y\n1,2,3\n2,5,7'}
        disabled={disabled}
        value={text}
        onInput={({ currentTarget }) => onChange({ ...table, text: currentTarget.value })}
      />
      <div class="row">
        {examples.map(({ title, ...example }) => (
          <Button key={title} disabled={disabled} onClick={() => onChange(example)}>
            {title}
          </Button>
        ))}
      </div>
      <label class="small muted">
        or a file of comma-separated values:{' '}
        <input
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          disabled={disabled}
          onChange={({ currentTarget }) => void open(currentTarget)}
        />
      </label>
      {fileProblem.value !== null && <Notice kind="problem">{fileProblem.value}</Notice>}
      {text.trim() !== '' && problem.kind === 'failed' && <Notice kind="problem">{problem.message}</Notice>}
      {text.length > longestTableInLink && (
        <Notice kind="info">This table is too long for a link: whoever opens the link has to paste it again.</Notice>
      )}
      {names.value.length > 0 && (
        <>
          <Select
            label="The column to learn"
            value={table.target}
            options={names.value.map((name) => ({ name, title: name }))}
            onChange={(target) => onChange(chooseColumns(names.value, { text, target, inputs: [] }))}
            disabled={disabled}
          />
          <Choices
            legend="from these columns"
            options={names.value.filter((name) => name !== table.target).map((name) => ({ value: name, label: name }))}
            chosen={table.inputs}
            onChange={(inputs) => onChange({ ...table, inputs })}
            disabled={disabled}
          />
        </>
      )}
    </div>
  );
};
