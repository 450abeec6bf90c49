import type { BenchmarkEvent, Protocol } from '@nalu/experiments/benchmark';

/** How far a run is, and how long it will still take. Moments are in milliseconds. */
export interface Pace {
  readonly hear: (event: BenchmarkEvent, now: number) => void;
  /** `left` is null until there is something to go by. */
  readonly at: (now: number) => { readonly fraction: number; readonly left: number | null };
}

/** Loading, compiling and checking a column takes about this long besides its warm-up. */
const OPENING = 300;

/** How much of a phase that takes longer than was thought counts as done at most. */
const ALMOST = 0.95;

/**
 * A run is `workloads` times: every column is prepared, then all take samples. What a phase should take is known from the
 * protocol; how much longer phases really took tells how long the others will take.
 */
export const newPace = (workloads: number, columns: number, { warmUp, budget }: Protocol): Pace => {
  const opening = columns * (warmUp + OPENING);
  const sampling = columns * budget;
  const total = workloads * (opening + sampling);
  let start: number | null = null;
  let phaseStart = 0;
  /** Expected milliseconds of all phases that are over, and of the one that runs. */
  let done = 0;
  let current = 0;
  let phase = '';
  const enter = (name: string, expected: number, now: number): void => {
    if (phase === name) return;
    done += current;
    current = expected;
    phase = name;
    phaseStart = now;
  };
  return {
    hear: (event, now) => {
      start ??= now;
      if (event.kind === 'prepare') enter(`${event.workload} ${event.column}`, warmUp + OPENING, now);
      else if (event.kind === 'sample') enter(`${event.workload} samples`, sampling, now);
      else enter(`${event.record.workload} end`, 0, now);
    },
    at: (now) => {
      if (start === null || total === 0) return { fraction: 0, left: null };
      const inPhase = current * Math.min(ALMOST, (now - phaseStart) / Math.max(current, 1));
      const fraction = Math.min(1, (done + inPhase) / total);
      // Until a phase is over, what was thought before is the best guess.
      const slower = done > 0 ? Math.max((phaseStart - start) / done, 0.1) : 1;
      return { fraction, left: total * (1 - fraction) * slower };
    },
  };
};
