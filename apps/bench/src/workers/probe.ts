/** The worker that starts one backend, to see whether it runs here. */
import { NoBackendError, selectBackend } from '@nalu/core';
import type { VariantName } from '../backends/backends.ts';
import { createBackend } from '../backends/create.ts';
import { serve } from './messages.ts';

export interface ProbeRequest {
  readonly name: VariantName;
}

export type ProbeMessage =
  /** It started, and computed 2·1 + 1. */
  | { readonly kind: 'runs'; readonly device: string; readonly software: boolean; readonly milliseconds: number }
  | { readonly kind: 'refuses'; readonly reason: string };

serve<ProbeRequest, ProbeMessage>(async ({ name }, post) => {
  const start = performance.now();
  try {
    const { backend } = await selectBackend([{ name, create: createBackend[name] }]);
    const { device, softwareAdapter: software } = backend.info;
    post({ kind: 'runs', device, software, milliseconds: performance.now() - start });
    await backend.dispose();
  } catch (error) {
    if (!(error instanceof NoBackendError)) throw error;
    const { reason, remedy } = error.problems[0]!;
    post({ kind: 'refuses', reason: [reason, remedy].filter((text) => text !== '').join(' ') });
  }
});
