/** `@nalu/experiments/benchmark`: the workloads, the baselines, how a column is measured, and how two runs are compared. */
export { baselinesBeside } from './benchmark/baselines.ts';
export { backendColumn } from './benchmark/columns/backend.ts';
export { WorkloadNotSupportedError, type Column, type Prepared } from './benchmark/column.ts';
export { compareReports, CONFIDENCE, MARGIN, type Comparison, type Verdict } from './benchmark/compare/compare-reports.ts';
export { compileRecord, measureCompileTime, type CompileTimes } from './benchmark/compile-time.ts';
export { drawBatch, firstBatch, initialParameters, STREAMS, type Batch, type Parameters } from './benchmark/data.ts';
export { judgeGoals, type GoalResult } from './benchmark/goals.ts';
export type { HostFacts, PageFacts } from './benchmark/host/facts.ts';
export { runBenchmark, type BenchmarkEvent, type BenchmarkOptions, type Measurements } from './benchmark/measure.ts';
export { defaultProtocol, type Protocol } from './benchmark/protocol.ts';
export {
  REPORT_VERSION,
  type BenchmarkRecord,
  type BenchmarkReport,
  type CheckResult,
  type CompileRecord,
  type SuiteName,
  type WorkersRow,
} from './benchmark/record.ts';
export { parseReport, ReportError } from './benchmark/report.ts';
export { measurePeaks, type Peak, type PeakSettings, type Unit } from './benchmark/roofline/peaks.ts';
export { reached, type Reached } from './benchmark/roofline/reached.ts';
export { hostLine } from './benchmark/show/host-line.ts';
export { grouped, short, withSpread } from './benchmark/show/numbers.ts';
export { speedSuite, type Scaling, type Suite } from './benchmark/speed-suite.ts';
export { median } from './benchmark/statistics.ts';
export { workloads, type Workload } from './benchmark/workloads.ts';
export { checkedOutCommit, hostFacts } from '#host';
