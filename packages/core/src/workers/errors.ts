import { ExecutionError } from '../errors.ts';

/** A step over which one worker after the other died. Its results are poisoned; everything else goes on. */
export class WorkerDiedError extends ExecutionError {
  readonly backend: string;
  /** Index of the worker, counted from 0. */
  readonly worker: number;
  /** What it was doing: the graph, by hash and inputs, and which of its runs. */
  readonly task: string;
  /** Workers in a row that died over it. */
  readonly deaths: number;
  /** What is known of the last death. */
  readonly reason: string;

  constructor(backend: string, worker: number, task: string, deaths: number, reason: string) {
    super(
      `Worker ${worker} of the backend "${backend}" died ${deaths} times in a row over ${task}. ${reason} Use smaller batches or populations, or fewer workers, when memory may be the cause.`,
    );
    this.backend = backend;
    this.worker = worker;
    this.task = task;
    this.deaths = deaths;
    this.reason = reason;
  }
}
