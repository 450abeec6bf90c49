/** A worker in which nothing has run: it compiles a workload's training loop once, and again. */
import { measureCompileTime, speedSuite, type CompileTimes } from '@nalu/experiments/benchmark';
import type { BackendName } from '../backends/backends.ts';
import { createBackend } from '../backends/create.ts';
import { serve } from './messages.ts';

export interface CompileRequest {
  readonly backend: BackendName;
  readonly workload: string;
  /** Compilations after the first. */
  readonly again: number;
}

export interface CompileMessage {
  readonly kind: 'times';
  readonly times: CompileTimes;
}

serve<CompileRequest, CompileMessage>(async ({ backend: name, workload, again }, post) => {
  const backend = await createBackend[name]();
  const compiled = speedSuite(false).workloads.find((each) => each.name === workload)!;
  post({ kind: 'times', times: await measureCompileTime(backend, compiled, again) });
  await backend.dispose();
});
