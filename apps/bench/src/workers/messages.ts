import { messageOf } from '../errors/messageOf.ts';

/** What a worker says when it ends by itself. */
export type LastMessage = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** In a worker: does what its one request asks for, and says how it ended. Whoever does not want it any more ends the worker. */
export const serve = <Request, Message>(work: (request: Request, post: (message: Message) => void) => Promise<void>): void => {
  const post = (message: Message | LastMessage): void => postMessage(message);
  addEventListener(
    'message',
    ({ data }: MessageEvent<Request>) => {
      work(data, post).then(
        () => post({ kind: 'done' }),
        (error: unknown) => post({ kind: 'failed', message: messageOf(error) }),
      );
    },
    { once: true },
  );
};
