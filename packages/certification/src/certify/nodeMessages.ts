import type { Progress } from '@nalu/conformance';
import type { Outcome } from '../run/runRow.ts';
import type { Mark } from '../run/soak.ts';

/** What the child process of a row in Node tells its parent. */
export type NodeMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The child waits for any answer. */
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'result'; readonly outcome: Outcome }
  | { readonly kind: 'broken'; readonly message: string };
