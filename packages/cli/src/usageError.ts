import { NaluError } from '@nalu/core';

/** A request that the command cannot serve: what is wrong with it and what to write instead. */
export class UsageError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options);
  }
}
