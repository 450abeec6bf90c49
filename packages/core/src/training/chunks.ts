import type { Graph } from '../graph/graph.ts';
import type { OpAttrs, OpName } from '../ops/attrs.ts';
import type { OpRow } from '../ops/row.ts';
import { ops } from '../ops/table.ts';
import type { Timed } from './stopwatch.ts';

/** Lengths of compiled loops. Every length is compiled, and warmed up by the engine, on its own: few are better than a close fit. */
const LADDER: readonly number[] = [1, 16, 256, 4096, 65536];

/** How long things may take, in milliseconds. */
interface Durations {
  /** Between two looks at the event loop: often enough for progress and Ctrl-C, rarely enough to cost nothing. */
  readonly aim: number;
  /** The same where nobody watches: no progress is told, and nothing can interrupt. */
  readonly unwatched: number;
  /** One call. */
  readonly call: number;
}

const HERE: Durations = { aim: 25, unwatched: 25, call: 50 };

/** Where other threads do the work, the event loop is free meanwhile. They are idle while one looks, and wait for the slowest. */
const ELSEWHERE: Durations = { aim: 250, unwatched: 1000, call: 250 };

/** One call of a loop that exists already: compiling and warming up a shorter one would cost more than it gives. */
const COMPILED_CALL = 250;

/** Operations in a millisecond that even plain interpreted code reaches: a first guess, until there is a measurement. */
const SLOW = 1e5;

/** Milliseconds of one step of a graph for all members, guessed from the costs in the op table. */
export const guessedTime = (graph: Graph, members: number): number => {
  const flops = graph.nodes.reduce((total, node) => {
    const row = ops[node.op] as unknown as OpRow<OpName>;
    const inputShapes = node.inputs.map((input) => graph.nodes[input]!.shape);
    return total + row.cost({ attrs: node.attrs as OpAttrs[OpName], shape: node.shape, inputShapes }).flops;
  }, 0);
  return (members * flops) / SLOW;
};

/** Chooses how many steps the next call makes. */
export interface Pace {
  /** Steps of the next call: at most `remaining`. */
  next(remaining: number, isCompiled: (length: number) => boolean): number;
  learn(timed: Timed): void;
  /** True when so many steps that were started, or so many milliseconds, are worth waiting for. */
  shouldWait(stepsStarted: number, milliseconds: number, isWatched?: boolean): boolean;
}

export interface PaceOptions {
  /**
   * Allowed lengths. Default: powers of sixteen. A fixed length of a caller who runs the same number of steps again and again
   * avoids splitting it.
   */
  readonly lengths?: readonly number[];
  /** No loop is longer. Default: Infinity. */
  readonly longest?: number;
  /** Of the backend; several are other threads than this one. Default: 1. */
  readonly threads?: number;
}

/** @param guess milliseconds of one step, before anything is measured. */
export const newPace = (guess: number, { lengths = LADDER, longest = Infinity, threads = 1 }: PaceOptions = {}): Pace => {
  const { aim, unwatched, call } = threads > 1 ? ELSEWHERE : HERE;
  const longestFirst = [...new Set([1, ...lengths])].filter((length) => length <= longest).sort((a, b) => b - a);
  let perStep = guess;
  return {
    next: (remaining, isCompiled) => {
      const fits = (length: number): boolean =>
        lengths !== LADDER || length * perStep <= (isCompiled(length) ? COMPILED_CALL : call);
      return longestFirst.find((length) => length <= remaining && fits(length)) ?? 1;
    },
    learn: ({ steps, milliseconds, cold }) => {
      // A loop that runs for the first time says little: the engine has yet to optimise it.
      perStep = cold ? Math.min(perStep, milliseconds / steps) : milliseconds / steps;
    },
    shouldWait: (stepsStarted, milliseconds, isWatched = true) => {
      const least = isWatched ? aim : unwatched;
      return milliseconds >= least || stepsStarted * perStep >= least;
    },
  };
};
