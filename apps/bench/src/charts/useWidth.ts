import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';

/** The width of an element in CSS pixels, so that a drawing keeps its letters readable at any width. */
export const useWidth = <E extends Element>(initial = 640): readonly [RefObject<E | null>, ReadonlySignal<number>] => {
  const element = useRef<E>(null);
  const width = useSignal(initial);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.max(240, Math.round(entry!.contentRect.width));
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return [element, width];
};
