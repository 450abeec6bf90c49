import { readFileSync } from 'node:fs';
import { parseReport, type BenchmarkReport } from '@nalu/experiments/benchmark';

const file = new URL('../../../../../docs/benchmarks/bench.json', import.meta.url);

/** The committed run of the speed suite. */
export const speedRun: BenchmarkReport = parseReport(readFileSync(file, 'utf8'), 'bench.json');
