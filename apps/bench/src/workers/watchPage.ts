import { duration } from '../design/numbers.ts';

/** Watches for what makes times longer than they are. */
export interface PageWatch {
  /** Ends the watch: what happened, as sentences. */
  readonly stop: () => readonly string[];
}

/** Between two ticks of a second. A computer that sleeps, or a page that is frozen, has longer gaps. */
const LONGEST_GAP = 5000;

/** Browsers slow down pages that nobody sees, and stop those that they put to sleep. */
export const watchPage = (): PageWatch => {
  let hidden = 0;
  let hiddenSince = document.hidden ? performance.now() : null;
  let frozen = false;
  let longestGap = 0;
  let last = Date.now();
  const onVisibility = (): void => {
    if (document.hidden) hiddenSince ??= performance.now();
    else if (hiddenSince !== null) {
      hidden += performance.now() - hiddenSince;
      hiddenSince = null;
    }
  };
  const onFreeze = (): void => {
    frozen = true;
  };
  const tick = (): void => {
    longestGap = Math.max(longestGap, Date.now() - last);
    last = Date.now();
  };
  document.addEventListener('visibilitychange', onVisibility);
  document.addEventListener('freeze', onFreeze);
  const timer = setInterval(tick, 1000);
  return {
    stop: () => {
      onVisibility();
      if (hiddenSince !== null) hidden += performance.now() - hiddenSince;
      tick();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisibility);
      document.removeEventListener('freeze', onFreeze);
      return [
        ...(hidden > 0 ? [`The page was hidden for ${duration(hidden)} of this run: browsers slow such pages down.`] : []),
        ...(frozen || longestGap > LONGEST_GAP
          ? [
              `The page was put to sleep during this run${longestGap > LONGEST_GAP ? ` for ${duration(longestGap)}` : ''}: its times are not valid, run it again.`,
            ]
          : []),
      ];
    },
  };
};
