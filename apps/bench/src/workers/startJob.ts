import type { LastMessage } from './messages.ts';

/** How a job ended. */
export type Ending =
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** Work in a worker of its own. */
export interface Job {
  /** Never rejects. */
  readonly ended: Promise<Ending>;
  /** Ends the worker at once, and with it everything that it holds. */
  readonly cancel: () => void;
}

/**
 * Sends a request to a new worker and hears its messages until it ends.
 *
 * @param start `() => new Worker(new URL('./bench.ts', import.meta.url), { type: 'module' })`, which a bundler must see as it is.
 */
export const startJob = <Request, Message extends { readonly kind: string }>(
  start: () => Worker,
  request: Request,
  onMessage: (message: Message) => void,
): Job => {
  const worker = start();
  let end!: (ending: Ending) => void;
  const ended = new Promise<Ending>((resolve) => {
    end = (ending) => {
      worker.terminate();
      resolve(ending);
    };
  });
  const isLast = (message: Message | LastMessage): message is LastMessage => message.kind === 'done' || message.kind === 'failed';
  worker.addEventListener('message', ({ data }: MessageEvent<Message | LastMessage>) => {
    if (isLast(data)) end(data);
    else onMessage(data);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    end({ kind: 'failed', message: event.message || 'the worker could not be started, or broke down' });
  });
  worker.postMessage(request);
  return { ended, cancel: () => end({ kind: 'cancelled' }) };
};
