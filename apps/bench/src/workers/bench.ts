/** The worker that measures. */
import {
  measurePeaks,
  runBenchmark,
  speedSuite,
  type BenchmarkEvent,
  type HostFacts,
  type Measurements,
  type Peak,
  type Protocol,
} from '@nalu/experiments/benchmark';
import { benchColumn } from '../backends/benchColumn.ts';
import type { ColumnName } from '../backends/columns.ts';
import { serve } from './messages.ts';

export interface BenchRequest {
  readonly workloads: readonly string[];
  readonly columns: readonly ColumnName[];
  readonly protocol: Protocol;
  readonly host: HostFacts;
  /** Whether the processor's ceilings are measured first. */
  readonly roofline: boolean;
}

export type BenchMessage =
  | { readonly kind: 'peaks'; readonly peaks: readonly Peak[] }
  | { readonly kind: 'event'; readonly event: BenchmarkEvent }
  | { readonly kind: 'measured'; readonly measurements: Measurements };

serve<BenchRequest, BenchMessage>(async ({ workloads, columns, protocol, host, roofline }, post) => {
  // A page needs less than a terminal: it is looked at while it measures.
  if (roofline) post({ kind: 'peaks', peaks: measurePeaks({ arrayBytes: 2 ** 24, milliseconds: 5, tries: 5 }) });
  const measurements = await runBenchmark({
    workloads: speedSuite(false).workloads.filter(({ name }) => workloads.includes(name)),
    columns: columns.map(benchColumn),
    host,
    protocol,
    costs: roofline,
    onEvent: (event) => post({ kind: 'event', event }),
  });
  post({ kind: 'measured', measurements });
});
