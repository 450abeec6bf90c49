import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isStill } from '../drawing/motion.ts';
import { descend, hasArrived, type Place } from './nac.ts';

/** Lets a weight slide to what the data want, and keeps the way that it took. Readers who want no motion see the end at once. */
export const useDescent = (onMove: (place: Place) => void) => {
  const path = useSignal<readonly Place[]>([]);
  /** The target of a slide that has ended somewhere else. */
  const missed = useSignal<number | null>(null);
  const frame = useRef(0);
  const stop = (): void => cancelAnimationFrame(frame.current);
  useEffect(() => stop, []);
  return {
    path,
    missed,
    clear: (): void => {
      stop();
      path.value = [];
      missed.value = null;
    },
    slide: (from: Place, target: number): void => {
      stop();
      const places = descend(from, target);
      missed.value = null;
      const show = (upTo: number): void => {
        path.value = places.slice(0, upTo);
        onMove(places[upTo - 1]!);
        if (upTo === places.length && !hasArrived(places, target)) missed.value = target;
      };
      if (isStill()) {
        show(places.length);
        return;
      }
      let shown = 1;
      const next = (): void => {
        show(shown);
        if (shown < places.length) frame.current = requestAnimationFrame(next);
        shown += 1;
      };
      next();
    },
  };
};
