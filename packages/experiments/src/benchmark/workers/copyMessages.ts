import type { Workload } from '../workloads.ts';

/** What an independent copy trains. */
export interface CopyData {
  /** Address of a module that exports `createBackend`. */
  readonly backend: string;
  readonly workload: Workload;
}

export interface CopyRequest {
  readonly steps: number;
}

/** What it answers to a request when it has done them, and once when it is ready. */
export type CopyAnswer = { readonly milliseconds: number } | { readonly error: string };
