import { useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals';

/** How many of some parts are shown: one more after the other, each in a task of its own, so that none holds up the page. */
export const useInTurn = (parts: number): ReadonlySignal<number> => {
  const shown = useSignal(1);
  useSignalEffect(() => {
    if (shown.value >= parts) return undefined;
    const timer = setTimeout(() => (shown.value += 1));
    return () => clearTimeout(timer);
  });
  return shown;
};
