/** Collects what there is to tell and posts it together, so that a page is not told more often than it can draw. */
export interface Outbox<T> {
  readonly add: (item: T) => void;
  /** Posts what is left. */
  readonly flush: () => void;
}

/**
 * @param every milliseconds between two posts.
 * @param now a clock in milliseconds.
 */
export const newOutbox = <T>(
  post: (items: readonly T[]) => void,
  every: number,
  now = (): number => performance.now(),
): Outbox<T> => {
  let waiting: T[] = [];
  let posted = -Infinity;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    posted = now();
    post(items);
  };
  return {
    add: (item) => {
      waiting.push(item);
      if (now() - posted >= every) flush();
    },
    flush,
  };
};
