/** The base of every error that Nalu throws on purpose: `error instanceof NaluError`, or `error.name`, tells it from a bug. */
export class NaluError extends Error {
  override readonly name: string = 'NaluError';
}
