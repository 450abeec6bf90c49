import type { Backend, OptionNames } from '@nalu/core/backend';
import type { Tier } from '../check.ts';
import type { Deviation } from '../deviations.ts';

/** What both drivers take. */
export interface ConformanceOptions {
  /** Makes a backend. It is called a few times; the suite disposes what it gets. */
  readonly create: () => Promise<Backend>;
  /** Rules that the backend is known to break. Default: none. */
  readonly deviations?: readonly Deviation[];
  /** Default: `smoke`. */
  readonly tier?: Tier;
  /**
   * Makes the next step that runs on the backend fail, so that the suite sees what becomes of its result. Default: the suite
   * does not look.
   */
  readonly failNextStep?: (backend: Backend) => void;
}

export const conformanceOptions: OptionNames<ConformanceOptions> = {
  create: true,
  deviations: true,
  tier: true,
  failNextStep: true,
};
