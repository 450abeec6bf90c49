import type { Progress } from '@nalu/conformance';
import type { Features } from '../run/features.ts';
import type { Mark } from '../run/soak.ts';
import type { Outcome } from '../run/runRow.ts';

/** What a page tells the process that opened it. */
export type Message =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The page waits for the answer. */
  | { readonly kind: 'mark'; readonly mark: Mark }
  /** Absent `outcome`: the page was only asked what is on. */
  | { readonly kind: 'result'; readonly features: Features; readonly outcome?: Outcome }
  | { readonly kind: 'broken'; readonly message: string };

/** Where a page posts its messages. */
export const messagePath = '/message';
