/** Something took longer than it was given. */
export class TimeoutError extends Error {}

/**
 * The result of an operation, unless it takes too long or the caller aborts. The operation itself goes on: `late` gets what
 * it gives after all.
 *
 * @throws TimeoutError after so many milliseconds; the signal's reason when it is aborted.
 */
export const within = async <T>(
  operation: Promise<T>,
  milliseconds: number,
  signal: AbortSignal | undefined,
  late: (result: T) => void = () => {},
): Promise<T> => {
  let waiting = true;
  let reject: (error: unknown) => void;
  const stopped = new Promise<never>((_, fail) => {
    reject = fail;
  });
  const stop = (error: unknown): void => {
    waiting = false;
    reject(error);
  };
  const watched = async (): Promise<T> => {
    const result = await operation;
    if (!waiting) late(result);
    return result;
  };
  const abort = (): void => stop(signal!.reason);
  const timer = setTimeout(
    () => stop(new TimeoutError(`there was no answer within ${milliseconds / 1000} seconds.`)),
    milliseconds,
  );
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    return await Promise.race([watched(), stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
};
