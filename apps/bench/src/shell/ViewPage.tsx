import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { Button } from '../design/Button.tsx';
import { Notice } from '../design/Notice.tsx';
import { address } from '../links/address.ts';
import type { View } from '../views/views.ts';
import { nextTask } from '../design/nextTask.ts';
import { messageOf } from '../errors/messageOf.ts';

type Loaded = { readonly Component: ComponentType } | { readonly problem: string };

/** One view, loaded when it is first shown. */
export const ViewPage = ({ view }: { readonly view: View }) => {
  const loaded = useSignal<Loaded | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [broken, again] = useErrorBoundary();

  useEffect(() => {
    let current = true;
    loaded.value = null;
    const load = async (): Promise<Loaded> => {
      try {
        const Component = await view.load();
        // It has been executed, which takes its time: drawing it is another task.
        await nextTask();
        return { Component };
      } catch (error) {
        return { problem: messageOf(error) };
      }
    };
    void load().then((outcome) => current && (loaded.value = outcome));
    document.title = `${view.title} · Nalu`;
    return () => {
      current = false;
    };
  }, [view]);

  // Whoever follows a link to another view continues there; the first one must not jump.
  const path = useRef(address.peek().path);
  useSignalEffect(() => {
    if (path.current === address.value.path) return;
    path.current = address.value.path;
    heading.current?.focus();
  });

  return (
    <>
      <div class="view-head">
        <h1 tabIndex={-1} ref={heading}>
          {view.title}
        </h1>
        <p class="muted">{view.summary}</p>
      </div>
      {broken !== undefined ? (
        <Notice kind="problem">
          <p>This view broke down: {messageOf(broken)}</p>
          <Button onClick={again}>Try again</Button>
        </Notice>
      ) : loaded.value === null ? (
        <p class="muted">Loading …</p>
      ) : 'problem' in loaded.value ? (
        <Notice kind="problem">
          This view could not be loaded ({loaded.value.problem}). Is the network still there? Load the page again.
        </Notice>
      ) : (
        <loaded.value.Component />
      )}
    </>
  );
};
