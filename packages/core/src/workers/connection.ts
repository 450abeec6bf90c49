import type { Request } from './messages.ts';

/** A worker of node:worker_threads, as far as it is used here. */
export interface NodeWorker {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  on(event: string, listener: (value: unknown) => void): unknown;
  terminate(): Promise<unknown>;
  ref(): void;
  unref(): void;
}

/** A worker of a page, as far as it is used here. */
export interface PageWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(event: string, listener: (event: Event) => void): void;
  terminate(): void;
}

export interface Listeners {
  /** An answer of the worker. */
  readonly onMessage: (message: unknown) => void;
  /** The worker is dead, or cannot be used any more. Called at most once, and never after `close`. */
  readonly onGone: (reason: string) => void;
}

/** The host's end of the line to one worker. */
export interface Connection {
  post(requests: readonly Request[], transfer: ArrayBuffer[]): void;
  /** The name of a lock that the worker must hold, where nothing else tells of its death. */
  readonly lock: string | undefined;
  /** Begins to wait for the lock; call it when the worker holds it. */
  watch(): void;
  /** Says whether something is expected of the worker, so that it keeps a Node process alive. */
  expect(something: boolean): void;
  /** Ends the worker. */
  close(): Promise<void>;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const toNode = (worker: NodeWorker, { onMessage, onGone }: Listeners): Connection => {
  worker.on('message', onMessage);
  worker.on('messageerror', (error) => onGone(`A message from it could not be read: ${messageOf(error)}.`));
  worker.on('error', (error) => onGone(`It ended with an error: ${messageOf(error)}.`));
  worker.on('exit', (code) => onGone(`It ended with exit code ${String(code)}.`));
  return {
    post: (requests, transfer) => worker.postMessage(requests, transfer),
    lock: undefined,
    watch: () => {},
    expect: (something) => (something ? worker.ref() : worker.unref()),
    close: async () => {
      await worker.terminate();
    },
  };
};

/**
 * A page is not told when a worker dies, unless by an uncaught error. But a worker's locks are released with it (Web Locks), so
 * the host asks for a lock that the worker holds. Pages without locks (those that are not served securely) know of errors only.
 */
const toPage = (worker: PageWorker, { onMessage, onGone }: Listeners): Connection => {
  const lock = 'locks' in navigator ? `nalu worker ${crypto.randomUUID()}` : undefined;
  worker.addEventListener('message', (event) => onMessage((event as MessageEvent).data));
  worker.addEventListener('messageerror', () => onGone('A message from it could not be read.'));
  worker.addEventListener('error', (event) => {
    const { message } = event as ErrorEvent;
    onGone(message ? `It ended with an error: ${message}.` : 'Its script could not be loaded.');
  });
  return {
    post: (requests, transfer) => worker.postMessage(requests, transfer),
    lock,
    watch: () => {
      if (lock !== undefined) void navigator.locks.request(lock, () => onGone('It was terminated, or it crashed.'));
    },
    expect: () => {},
    close: async () => worker.terminate(),
  };
};

/** Listens to a worker of either kind. */
export const connect = (worker: NodeWorker | PageWorker, { onMessage, onGone }: Listeners): Connection => {
  let open = true;
  const listeners: Listeners = {
    onMessage: (message) => {
      if (open) onMessage(message);
    },
    onGone: (reason) => {
      if (!open) return;
      open = false;
      onGone(reason);
    },
  };
  const connection = 'on' in worker ? toNode(worker, listeners) : toPage(worker, listeners);
  return {
    ...connection,
    close: () => {
      open = false;
      return connection.close();
    },
  };
};
