/** Runs the conformance suite on one backend. */
import { runConformance, type Progress, type Report, type Tier } from '@nalu/conformance';
import type { BackendName } from '../backends/backends.ts';
import { createBackend } from '../backends/create.ts';
import { serve } from './messages.ts';

export interface ConformanceRequest {
  readonly backend: BackendName;
  readonly tier: Tier;
}

export type ConformanceMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'report'; readonly report: Report };

/** Milliseconds between two words about the progress. */
const PAUSE = 100;

serve<ConformanceRequest, ConformanceMessage>(async ({ backend, tier }, post) => {
  let told = -Infinity;
  const report = await runConformance({
    create: createBackend[backend],
    tier,
    onProgress: (progress) => {
      if (performance.now() - told < PAUSE) return;
      told = performance.now();
      post({ kind: 'progress', progress });
    },
  });
  post({ kind: 'report', report });
});
