import type { Ran, Tier } from './certificate.ts';
import type { Place } from './places.ts';

export type { Deviation, Failure, OpResult, Ran, Tier } from './certificate.ts';

/** One backend in one mode at one place: a committed report, or a run in this page. */
export interface Report {
  /** `js-auto-chromium`; `live-js` for a run in this page. */
  readonly id: string;
  readonly backend: string;
  readonly mode: string | undefined;
  readonly place: Place;
  readonly tier: Tier;
  readonly date: string;
  /** Processor, operating system, browser: whatever is known. */
  readonly machine: string;
  /** Of the code that was tested; null for this page. */
  readonly commit: string | null;
  readonly result: Ran | { readonly refusal: string };
}

/** `js, mode auto`. */
export const titleOf = ({ backend, mode }: Pick<Report, 'backend' | 'mode'>): string =>
  mode === undefined ? backend : `${backend}, mode ${mode}`;
