import { workloads, type Workload } from '../../src/benchmark/workloads.ts';

export const byName = (name: string): Workload => workloads.find((workload) => workload.name === name)!;
