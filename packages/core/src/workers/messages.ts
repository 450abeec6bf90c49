import type { BackendInfo, PlanReport, Precision } from '../backend/contract.ts';
import type { Graph } from '../graph/graph.ts';
import type { FloatArray } from '../ops/row.ts';
import type { Shape } from '../tensor/shape.ts';
import type { WireError } from './wireError.ts';

/**
 * What the host asks of a worker. A worker does one request after the other, in the order of their arrival. Programs and parts
 * are named by numbers that the host chooses.
 */
export type Request =
  | { readonly kind: 'open'; readonly options: unknown; readonly lock: string | undefined }
  | { readonly kind: 'compile'; readonly program: number; readonly graph: Graph; readonly precision: Precision }
  | { readonly kind: 'drop'; readonly program: number }
  | { readonly kind: 'upload'; readonly part: number; readonly data: FloatArray; readonly shape: Shape }
  | {
      readonly kind: 'run';
      readonly program: number;
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
      /** Whether to say when it is done. A message wakes the host, which costs more than many a run. */
      readonly answered: boolean;
    }
  /** The parts cannot be computed: whoever uses them gets the error. */
  | { readonly kind: 'poison'; readonly parts: readonly number[]; readonly error: WireError }
  | { readonly kind: 'read'; readonly parts: readonly number[] }
  | { readonly kind: 'free'; readonly parts: number[] };

export type RequestOf<K extends Request['kind']> = Extract<Request, { readonly kind: K }>;

/**
 * What a worker answers, in the order of the requests. The other requests have no answer. What goes wrong with them, and with a
 * run, poisons its results, and is answered to whoever reads them.
 */
export interface Answers {
  readonly open: BackendInfo;
  readonly compile: PlanReport;
  readonly run: null;
  readonly read: readonly FloatArray[];
}

export type Reply<K extends keyof Answers = keyof Answers> = {
  /** Programs and the bytes that they hold between runs, where that has changed. */
  readonly working: readonly (readonly [program: number, bytes: number])[];
} & ({ readonly ok: true; readonly answer: Answers[K] } | { readonly ok: false; readonly error: WireError });
