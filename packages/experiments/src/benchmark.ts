/** `@nalu/experiments/benchmark`: the workloads, the baselines, and how a column is measured. */
export { baselinesBeside } from './benchmark/baselines.ts';
export { backendColumn } from './benchmark/columns/backend.ts';
export { WorkloadNotSupportedError, type Column, type Prepared } from './benchmark/column.ts';
export { drawBatch, firstBatch, initialParameters, STREAMS, type Batch, type Parameters } from './benchmark/data.ts';
export { checkedOutCommit, hostFacts, type HostFacts } from './benchmark/host.ts';
export { runBenchmark, type BenchmarkEvent, type BenchmarkOptions } from './benchmark/measure.ts';
export { defaultProtocol, type Protocol } from './benchmark/protocol.ts';
export type { BenchmarkRecord, BenchmarkReport, CheckResult } from './benchmark/record.ts';
export { workloads, type Workload } from './benchmark/workloads.ts';
