import { BackendUnavailableError } from '@nalu/core';

export const BACKEND = 'gpujs';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const unavailable = (reason: string, remedy: string, cause?: unknown): BackendUnavailableError =>
  new BackendUnavailableError(BACKEND, reason, remedy, cause === undefined ? undefined : { cause });
