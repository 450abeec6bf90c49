import { useId } from 'preact/hooks';
import { Notice } from '../../../design/Notice.tsx';
import { messageOf } from '../../../errors/messageOf.ts';
import { readFunction } from '../../../functions/readFunction.ts';
import { longestFunction } from '../link.ts';

interface FunctionInputProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly disabled: boolean;
}

/** Null where it can be read. */
const problemOf = (text: string): string | null => {
  try {
    readFunction(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
};

/** A place to type a function. */
export const FunctionInput = ({ text, onChange, disabled }: FunctionInputProps) => {
  const id = useId();
  const problem = text.trim() === '' ? null : problemOf(text);
  return (
    <div class="stack">
      <label for={id} class="small muted">
        A function of a, b, c and d, with + − * / ^, brackets, sqrt, abs, exp, log, sin, cos, tanh. The networks practise on
        numbers from 1 to 10, and are asked from 100 to 1000.
      </label>
      <input
        id={id}
        class="mono function-text"
        type="text"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        maxLength={longestFunction}
        placeholder="a*b + c"
        disabled={disabled}
        value={text}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {problem !== null && <Notice kind="problem">{problem}</Notice>}
    </div>
  );
};
