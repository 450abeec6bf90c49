import { computed, signal, useSignal, type ReadonlySignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { nextTask } from './nextTask.ts';

/** Milliseconds of turns between two frames. What they change is laid out and painted in one task, which must be short as well. */
const BUDGET = 4;

/** A page that nobody sees has no frames. Milliseconds. */
const LONGEST_FRAME = 100;

const waiting = signal<readonly (() => void)[]>([]);
/** Where the next one goes: parts of a part that has just been drawn come before what stands after it. */
let position = 0;
let isRunning = false;

/** Until a frame has been painted. */
const frame = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, LONGEST_FRAME);
    requestAnimationFrame(() => setTimeout(resolve));
  });

const run = async (): Promise<void> => {
  isRunning = true;
  while (waiting.peek().length > 0) {
    await frame();
    const since = performance.now();
    do {
      const [first, ...others] = waiting.peek();
      waiting.value = others;
      position = 0;
      first?.();
      // What a turn changes is drawn when its task ends.
      await nextTask();
    } while (performance.now() - since < BUDGET);
  }
  position = 0;
  isRunning = false;
};

/** Whether some part of the page waits for its turn to be drawn. */
export const isDrawing: ReadonlySignal<boolean> = computed(() => waiting.value.length > 0);

/**
 * Whether the turn of a component that calls this has come to be drawn. Turns come one after the other, in the order of the page,
 * each in a task of its own: a long page holds up nobody while it is built. What has had its turn is drawn at once when it changes.
 */
export const useTurn = (): boolean => {
  const isOn = useSignal(false);
  useLayoutEffect(() => {
    const turn = (): void => {
      isOn.value = true;
    };
    const all = waiting.peek();
    waiting.value = [...all.slice(0, position), turn, ...all.slice(position)];
    position += 1;
    if (!isRunning) void run();
    return () => {
      waiting.value = waiting.peek().filter((each) => each !== turn);
    };
  }, []);
  return isOn.value;
};
