import type { Clock } from '../clock.ts';
import { CHAINS, simdModule } from './simd-module.ts';

/** What computes on one core: scalar numbers of JavaScript, or vectors of four f32 of WebAssembly. */
export type Unit = 'javascript' | 'webassembly';

/** The most that one core was seen to do: the best of several tries, as a ceiling must be. */
export interface Peak {
  readonly unit: Unit;
  /** Operations in a second: a multiplication and an addition, each counted, in chains that do not wait for one another. */
  readonly flops: number;
  /** Bytes in a second of a[i] = b[i] + s·c[i] over arrays far larger than the caches, 12 bytes for each i (McCalpin's triad). */
  readonly bandwidth: number;
  /** The same over arrays that fit the first-level cache together. */
  readonly cacheBandwidth: number;
  /** How it was computed. */
  readonly note: string;
}

export interface PeakSettings {
  /** Of each of three arrays. Default: 32 MiB. */
  readonly arrayBytes?: number;
  /** Least duration of a try in milliseconds. Default: 20. */
  readonly milliseconds?: number;
  /** Default: 10. */
  readonly tries?: number;
  readonly clock?: Clock;
}

/** What a unit runs. Both do so many rounds. */
interface Kernels {
  /** Returns how many operations it did. */
  readonly compute: (rounds: number) => number;
  /** Returns how many bytes it moved, in arrays of so many bytes. */
  readonly move: (rounds: number, arrayBytes: number) => number;
  readonly note: string;
}

/** The result of every chain is kept, so that no compiler leaves the work out. */
let sink = 0;

const computeInJavaScript = (rounds: number): number => {
  let [a, b, c, d, e, f, g, h] = [1, 2, 3, 4, 5, 6, 7, 8] as [number, number, number, number, number, number, number, number];
  const factor = 0.5;
  for (let i = 0; i < rounds; i++) {
    a = a * factor + 1;
    b = b * factor + 1;
    c = c * factor + 1;
    d = d * factor + 1;
    e = e * factor + 1;
    f = f * factor + 1;
    g = g * factor + 1;
    h = h * factor + 1;
  }
  sink += a + b + c + d + e + f + g + h;
  return 16 * rounds;
};

/** Four numbers at a time, read before they are written: the fastest form in V8. The length is a multiple of four. */
const triadInJavaScript = (a: Float32Array, b: Float32Array, c: Float32Array, length: number): void => {
  for (let i = 0; i < length; i += 4) {
    const first = b[i]! + 3 * c[i]!;
    const second = b[i + 1]! + 3 * c[i + 1]!;
    const third = b[i + 2]! + 3 * c[i + 2]!;
    const fourth = b[i + 3]! + 3 * c[i + 3]!;
    a[i] = first;
    a[i + 1] = second;
    a[i + 2] = third;
    a[i + 3] = fourth;
  }
};

const javascript = (arrayBytes: number): Kernels => {
  const [a, b, c] = [0, 1, 2].map((value) => new Float32Array(arrayBytes / 4).fill(value)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return {
    compute: computeInJavaScript,
    move: (rounds, bytes) => {
      for (let i = 0; i < rounds; i++) triadInJavaScript(a, b, c, bytes / 4);
      return 3 * bytes * rounds;
    },
    note: 'scalar numbers, eight chains',
  };
};

/** Three arrays of this size fit the first-level cache of every processor of the last ten years. */
const CACHED_BYTES = 8192;

interface Exports {
  readonly multiplyAdd: (rounds: number) => number;
  readonly triad: (bytes: number) => void;
}

/** What is used here of WebAssembly, which TypeScript only knows with the whole DOM. */
interface Assembly {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const webassembly = (arrayBytes: number): Kernels => {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Assembly };
  const relaxedModule = simdModule(arrayBytes, true);
  const relaxed = WebAssembly.validate(relaxedModule);
  const module = new WebAssembly.Module(relaxed ? relaxedModule : simdModule(arrayBytes, false));
  const { multiplyAdd, triad } = new WebAssembly.Instance(module).exports as Exports;
  return {
    compute: (rounds) => {
      sink += multiplyAdd(rounds);
      return 8 * CHAINS * rounds;
    },
    move: (rounds, bytes) => {
      for (let i = 0; i < rounds; i++) triad(bytes);
      return 3 * bytes * rounds;
    },
    note: `vectors of four, ten chains, ${relaxed ? 'relaxed-madd' : 'multiplication and addition apart'}`,
  };
};

const units: Readonly<Record<Unit, (arrayBytes: number) => Kernels>> = { javascript, webassembly };

/** Tries until one is long enough; a single one may be long only because something else ran. */
const CALIBRATION_TRIES = 3;

/** The best rate in a second. Rounds double until a try is long enough, which also lets the engine optimise. */
const best = (work: (rounds: number) => number, { milliseconds, tries, clock }: Required<PeakSettings>): number => {
  let rate = 0;
  const fastest = (rounds: number, attempts: number): number => {
    let shortest = Infinity;
    for (let i = 0; i < attempts; i++) {
      const start = clock();
      const amount = work(rounds);
      const elapsed = clock() - start;
      shortest = Math.min(shortest, elapsed);
      if (elapsed > 0) rate = Math.max(rate, (amount * 1000) / elapsed);
    }
    return shortest;
  };
  let rounds = 1;
  while (fastest(rounds, CALIBRATION_TRIES) < milliseconds) rounds *= 2;
  // The clock's resolution falsified the short tries before.
  rate = 0;
  fastest(rounds, tries);
  return rate;
};

/** Measures what one core of this machine can do, in about three seconds. */
export const measurePeaks = (settings: PeakSettings = {}): readonly Peak[] => {
  const complete = {
    arrayBytes: 2 ** 25,
    milliseconds: 20,
    tries: 10,
    clock: () => performance.now(),
    ...settings,
  };
  return (Object.keys(units) as Unit[]).map((unit) => {
    const { compute, move, note } = units[unit](complete.arrayBytes);
    return {
      unit,
      flops: best(compute, complete),
      bandwidth: best((rounds) => move(rounds, complete.arrayBytes), complete),
      cacheBandwidth: best((rounds) => move(rounds, CACHED_BYTES), complete),
      note,
    };
  });
};
