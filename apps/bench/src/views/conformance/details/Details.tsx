import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Button } from '../../../design/Button.tsx';
import { CopyButton } from '../../../design/CopyButton.tsx';
import './details.css';

interface DetailsProps {
  readonly title: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A dialog over the page. Escape, the button and the space around it close it. */
export const Details = ({ title, onClose, children }: DetailsProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current!.showModal();
  }, []);
  return (
    <dialog
      class="details"
      aria-labelledby="details-title"
      ref={dialog}
      onClose={onClose}
      onClick={({ target }) => {
        if (target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="stack">
        <header>
          <h2 id="details-title">{title}</h2>
          <Button kind="quiet" onClick={() => dialog.current?.close()}>
            Close
          </Button>
        </header>
        {children}
        <CopyButton text={() => location.href}>Copy the link to this</CopyButton>
      </div>
    </dialog>
  );
};
