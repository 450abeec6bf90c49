import type { Backend } from '@nalu/core/backend';
import { NaluError } from '@nalu/core';

/** `smoke` finds what is broken (seconds); `certify` looks harder and at large arrays (a minute or so). */
export type Tier = 'smoke' | 'certify';

/** How much a check looked at, and the worst error that it saw. */
export interface Measure {
  /** Values compared, or situations tried. */
  readonly cases: number;
  /** In units in the last place of the exact result; for sums and products of many terms, of Σ|terms|. */
  readonly worstUlp?: number;
  /** The input with the worst error. */
  readonly worstInput?: string;
}

/** What a check works with. */
export interface CheckContext {
  readonly backend: Backend;
  /** Another, independent backend of the same kind. The check disposes it. */
  readonly create: () => Promise<Backend>;
  readonly tier: Tier;
  /** Makes the next step that runs on the backend fail; absent when the author offers no way to do that. */
  readonly failNextStep?: ((backend: Backend) => void) | undefined;
}

/** One thing that a backend must do. */
export interface Check {
  /** An op's name, or a topic such as `buffers`. With `case` it names the check, for reports and deviations. */
  readonly op: string;
  readonly case: string;
  run(context: CheckContext): Promise<Measure>;
}

export const checkName = (check: Pick<Check, 'op' | 'case'>): string => `${check.op}: ${check.case}`;

/** A backend broke a rule. The message says which value or call, what was expected, and what came. */
export class ConformanceError extends NaluError {
  /** What the check measured before it failed. */
  readonly measure: Measure;

  constructor(message: string, measure: Measure = { cases: 1 }) {
    super('conformance', message);
    this.measure = measure;
  }
}
