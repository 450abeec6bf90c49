import type { FloatArray } from '@nalu/core/graph';
import type { Precision } from '@nalu/core/backend';
import { ConformanceError, type Measure } from '../check.ts';
import type { Bounded } from './errors.ts';
import { formats, showNumber, ulpOf } from './numbers.ts';

/** What a comparison needs to know to name a wrong value. */
export interface Comparison {
  readonly got: FloatArray;
  readonly expected: Bounded;
  readonly precision: Precision;
  /** Names element i by its inputs, for example `tanh(0.3)`. */
  readonly describe: (index: number) => string;
  /** What errors are measured against; default: the expected value. For sums, Σ|terms|. */
  readonly scale?: ArrayLike<number>;
}

/** Larger errors, where they are allowed, are no matter of units in the last place: flushed denormals, numbers beside zero. */
const MEANINGFUL = 1e6;

const showError = (error: number, unit: number): string =>
  error < MEANINGFUL * unit ? `${Number((error / unit).toPrecision(3))} ulp` : String(Number(error.toPrecision(3)));

/** Collects comparisons: how many, the worst error and its input, and the worst violation. */
export class Tally {
  #cases = 0;
  #worstUlp = -1;
  #worstInput = '';
  #violations = 0;
  #excess = -1;
  #message = '';

  /** Counts a situation that was right. */
  count(cases: number = 1): void {
    this.#cases += cases;
  }

  /** Records a broken rule. The most excessive one becomes the message. */
  violate(message: string, excess: number = Infinity): void {
    this.#violations++;
    if (excess <= this.#excess) return;
    this.#excess = excess;
    this.#message = message;
  }

  compare({ got, expected, precision, describe, scale }: Comparison): void {
    const { value, error } = expected;
    if (got.length !== value.length) {
      this.violate(`${describe(0)} should have ${value.length} elements, but has ${got.length}.`);
      return;
    }
    this.#cases += value.length;
    for (let i = 0; i < value.length; i++) {
      const allowed = error[i]!;
      if (allowed === Infinity) continue;
      const want = value[i]!;
      const have = got[i]!;
      const off = want === have || (Number.isNaN(want) && Number.isNaN(have)) ? 0 : Math.abs(have - want);
      const unit = ulpOf(scale?.[i] ?? want, precision);
      const ulp = off === 0 ? 0 : off / unit;
      if (ulp > this.#worstUlp && allowed <= MEANINGFUL * unit) {
        this.#worstUlp = ulp;
        this.#worstInput = describe(i);
      }
      // Half the spacing of denormals: the oracle's value may lie between two of them.
      if (off <= allowed * (1 + 1e-9) + 2 ** (formats[precision].minExponent - formats[precision].bits - 1)) continue;
      const allowance =
        allowed === 0 ? 'it must be exact' : `off by ${showError(off, unit)}, allowed ${showError(allowed, unit)}`;
      this.violate(
        `${describe(i)} = ${showNumber(have)}, but should be ${showNumber(want)} (${allowance})`,
        Number.isNaN(off) ? Infinity : ulp,
      );
    }
  }

  /** Compares bit for bit, signed zeros included; any NaN equals any other. */
  same(got: ArrayLike<number>, want: ArrayLike<number>, describe: (index: number) => string): void {
    this.#cases += want.length;
    if (got.length !== want.length) this.violate(`${describe(0)} should have ${want.length} elements, but has ${got.length}.`);
    for (let i = 0; i < Math.min(want.length, got.length); i++) {
      if (!Object.is(got[i], want[i]))
        this.violate(
          `${describe(i)} = ${showNumber(got[i]!)}, but should be ${showNumber(want[i]!)}`,
          Math.abs(got[i]! - want[i]!),
        );
    }
  }

  get violated(): boolean {
    return this.#violations > 0;
  }

  /** The measure, or the failure. */
  finish(): Measure {
    const measure: Measure = {
      cases: this.#cases,
      ...(this.#worstUlp < 0 ? {} : { worstUlp: this.#worstUlp, worstInput: this.#worstInput }),
    };
    if (this.#violations === 0) return measure;
    const more = this.#violations === 1 ? '' : ` (the worst of ${this.#violations} wrong ones among ${this.#cases})`;
    throw new ConformanceError(`${this.#message}${more}`, measure);
  }
}
