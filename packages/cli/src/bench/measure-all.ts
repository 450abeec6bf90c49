import {
  backendColumn,
  baselinesBeside,
  hostFacts,
  measurePeaks,
  REPORT_VERSION,
  runBenchmark,
  speedSuite,
  workloads,
  type BenchmarkEvent,
  type BenchmarkReport,
  type CompileRecord,
  type Peak,
  type SuiteName,
  type Unit,
  type Workload,
} from '@nalu/experiments/benchmark';
import type { BackendEntry } from '../backends.ts';
import { compileTimes } from './compile-times.ts';
import { full, quick } from './protocols.ts';
import { measureSharing, onCores, workerCounts } from './sharing.ts';

export interface Request {
  readonly suite: SuiteName;
  readonly quick: boolean;
  readonly backends: readonly BackendEntry[];
  readonly allBaselines: boolean;
  /** Names of workloads; undefined: all of the suite. */
  readonly workloads: readonly string[] | undefined;
}

/** What one core computes with, by backend. The others compute on GPUs, whose ceilings are not measured. */
const units: Readonly<Record<string, Unit>> = {
  js: 'javascript',
  'tfjs-wasm': 'webassembly',
  'gpujs:webasm': 'webassembly',
  'gpujs:cpu': 'javascript',
};

/** The workload whose compilation is measured. */
const COMPILED = 'nalu-2-1-b128';

export const suiteWorkloads = (suite: SuiteName, isQuick: boolean): readonly Workload[] =>
  suite === 'training' ? workloads : speedSuite(isQuick).workloads;

/** The fraction that is done and what is being done. */
export type OnProgress = (fraction: number, label: string) => void;

const labelOf = (event: Exclude<BenchmarkEvent, { kind: 'record' }>): string =>
  `${event.workload}, ${event.column}: ${event.kind === 'prepare' ? 'warming up' : `${event.samples} samples`}`;

/** A ceiling is the best that was ever seen: other work on the machine may have disturbed one of the two times. */
const higher = (one: readonly Peak[], other: readonly Peak[]): readonly Peak[] =>
  one.map((peak, i) => ({
    ...peak,
    flops: Math.max(peak.flops, other[i]!.flops),
    bandwidth: Math.max(peak.bandwidth, other[i]!.bandwidth),
    cacheBandwidth: Math.max(peak.cacheBandwidth, other[i]!.cacheBandwidth),
  }));

/** Measures what is asked for. After an abort, what was measured until then. */
export const measureAll = async (request: Request, signal: AbortSignal, onProgress: OnProgress): Promise<BenchmarkReport> => {
  const { suite, backends, allBaselines } = request;
  const isSpeed = suite === 'speed';
  const effort = request.quick ? quick : full;
  const chosen = suiteWorkloads(suite, request.quick).filter(({ name }) => request.workloads?.includes(name) ?? true);
  const columns = [
    ...baselinesBeside(
      backends.map(({ name }) => name),
      allBaselines,
    ),
    ...backends.map(({ name, create }) => backendColumn(name, create, units[name] ?? null)),
  ];
  const compiled = isSpeed ? chosen.find(({ name }) => name === COMPILED) : undefined;
  const shared = isSpeed ? chosen.find(({ name }) => name === effort.workers.workload) : undefined;
  const sharing = shared === undefined ? [] : backends.filter(onCores);
  const counts = workerCounts();
  const tasks =
    (isSpeed ? 1 : 0) +
    (compiled === undefined ? 0 : backends.length) +
    chosen.length * columns.length +
    sharing.length * counts.length;
  let done = 0;
  const begin = (label: string): void => onProgress(done / tasks, label);

  if (isSpeed) begin('what this processor can do');
  const atFirst = isSpeed && !signal.aborted ? measurePeaks(effort.peaks) : [];
  if (isSpeed) done++;

  const compileRecords: CompileRecord[] = [];
  if (compiled !== undefined) {
    for (const { name } of backends) {
      begin(`compilation, ${name}`);
      compileRecords.push(await compileTimes(name, compiled, effort.compileThreads, signal));
      done++;
    }
  }

  const measurements = await runBenchmark({
    workloads: chosen,
    columns,
    host: hostFacts(),
    protocol: effort.protocol,
    signal,
    costs: isSpeed,
    onEvent: (event) => {
      if (event.kind === 'record') done++;
      begin(event.kind === 'record' ? '' : labelOf(event));
    },
  });

  const workers: BenchmarkReport['workers'][number][] = [];
  for (const entry of sharing) {
    for (const count of counts) {
      begin(`${shared!.name}, ${entry.name}: ${count} ${count === 1 ? 'worker' : 'workers'}`);
      workers.push(await measureSharing(entry, shared!, count, effort.workers, signal));
      done++;
    }
  }
  if (isSpeed) begin('what this processor can do');
  const peaks = atFirst.length > 0 && !signal.aborted ? higher(atFirst, measurePeaks(effort.peaks)) : atFirst;
  return {
    format: 'nalu benchmark',
    version: REPORT_VERSION,
    suite,
    ...measurements,
    stopped: signal.aborted,
    notes: [],
    compileTimes: compileRecords,
    workers,
    peaks,
  };
};
