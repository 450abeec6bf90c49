import { useSignal } from '@preact/signals';
import { Button } from './Button.tsx';

interface CopyButtonProps {
  /** Made when the button is pressed. */
  readonly text: () => string;
  readonly children: string;
}

/** Copies text, and says whether that worked: pages may be forbidden to write to the clipboard. */
export const CopyButton = ({ text, children }: CopyButtonProps) => {
  const outcome = useSignal('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      outcome.value = 'Copied.';
    } catch {
      outcome.value = 'This browser does not let the page write to the clipboard.';
    }
  };
  return (
    <span class="row">
      <Button onClick={() => void copy()}>{children}</Button>
      <span class="small muted" role="status">
        {outcome}
      </span>
    </span>
  );
};
