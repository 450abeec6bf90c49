import { useSignal } from '@preact/signals';
import { Button } from '../design/Button.tsx';
import { download, fileName } from '../runs/download.ts';
import { messageOf } from '../errors/messageOf.ts';

interface ImageButtonsProps {
  readonly title: string;
  /** Made when a button is pressed. */
  readonly image: () => Promise<Blob>;
}

/** A drawing as a PNG: into the clipboard, or as a file. */
export const ImageButtons = ({ title, image }: ImageButtonsProps) => {
  const outcome = useSignal('');
  const attempt = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    try {
      await work();
      outcome.value = done;
    } catch (error) {
      outcome.value = `That did not work here: ${messageOf(error)}`;
    }
  };
  return (
    <span class="row">
      <Button
        kind="quiet"
        label={`Copy as an image: ${title}`}
        // Safari only takes an image that is promised while the button is being pressed.
        onClick={() => void attempt(() => navigator.clipboard.write([new ClipboardItem({ 'image/png': image() })]), 'Copied.')}
      >
        Copy as an image
      </Button>
      <Button
        kind="quiet"
        label={`Download as an image: ${title}`}
        onClick={() => void attempt(async () => download(fileName(title, 'png'), await image(), 'image/png'), '')}
      >
        Download
      </Button>
      <span class="small muted" role="status">
        {outcome}
      </span>
    </span>
  );
};
