/** `@nalu/conformance`: the suite that certifies a backend. */
export { ConformanceError, type Measure, type Tier } from './check.ts';
export type { Deviation } from './deviations.ts';
export type { ConformanceOptions } from './drivers/options.ts';
export { runConformance, type Progress, type RunOptions } from './drivers/run.ts';
export { conformance, type Vitest, type VitestOptions } from './drivers/vitest.ts';
export type { Failure, OpSummary, Report } from './report.ts';
