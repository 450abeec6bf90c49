import { defaultProtocol, type PeakSettings, type Protocol } from '@nalu/experiments/benchmark';

/** How much is measured of each kind. */
export interface Effort {
  readonly protocol: Protocol;
  /** Fresh threads in which each backend compiles. */
  readonly compileThreads: number;
  readonly peaks: PeakSettings;
  /** The population that is divided among workers, and how it is measured. */
  readonly workers: { readonly workload: string; readonly rounds: number; readonly milliseconds: number };
}

export const full: Effort = {
  protocol: defaultProtocol,
  compileThreads: 7,
  peaks: {},
  workers: { workload: 'nalu-2-1-b128-1000', rounds: 7, milliseconds: 2000 },
};

/** For a first look: a few samples of each cell. */
export const quick: Effort = {
  protocol: { ...defaultProtocol, warmUp: 200, budget: 100, minSamples: 3, maxSamples: 10 },
  compileThreads: 2,
  peaks: { arrayBytes: 2 ** 24, milliseconds: 5, tries: 5 },
  workers: { workload: 'nalu-2-1-b128-100', rounds: 3, milliseconds: 50 },
};
