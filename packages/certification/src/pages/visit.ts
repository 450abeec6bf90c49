import type { Progress } from '@nalu/conformance';
import type { Browser } from '../browsers/browser.ts';
import { launch } from '../browsers/launch.ts';
import type { Message } from './message.ts';
import type { Mark } from '../run/soak.ts';
import { serve } from './serve.ts';

export type PageResult = Extract<Message, { kind: 'result' }>;

export interface VisitOptions {
  readonly browser: Browser;
  readonly headers: { readonly [name: string]: string };
  /** The bundled page. */
  readonly folder: string;
  /** What the page is asked to do: `row=js-auto-firefox&tier=smoke`. */
  readonly query: string;
  /** Milliseconds without a word from the page after which it counts as hung. */
  readonly patience: number;
  readonly onProgress?: (progress: Progress) => void;
  /** The page waits while this looks at the browser, whose first process has this number. */
  readonly onMark?: (mark: Mark, pid: number) => void;
  /** Ends the visit: the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Opens the page in a browser of its own, and closes it when the page has said how it went. */
export const visit = async (options: VisitOptions): Promise<PageResult> => {
  const { browser, headers, folder, query, patience, onProgress, onMark, signal } = options;
  const program = browser.find();
  if (program === undefined) throw new Error(`${browser.name} is not here. ${browser.remedy}`);
  const { promise, resolve, reject } = withResolvers<PageResult>();
  let at = 'before its first check';
  const hung = (): void => reject(new Error(`${browser.name} said nothing for ${patience / 1000} s, ${at}.`));
  let timer = setTimeout(hung, patience);
  const hear: { readonly [K in Message['kind']]: (message: Extract<Message, { kind: K }>) => void } = {
    progress: ({ progress }) => {
      at = `at ${progress.next}`;
      onProgress?.(progress);
    },
    mark: ({ mark }) => onMark?.(mark, window.pid),
    result: resolve,
    broken: ({ message }) => reject(new Error(`The page in ${browser.name} broke: ${message}`)),
  };
  const server = await serve({
    folder,
    headers,
    onMessage: (message) => {
      clearTimeout(timer);
      timer = setTimeout(hung, patience);
      (hear[message.kind] as (message: Message) => void)(message);
    },
  });
  const window = await launch(browser, program, `${server.url}?${query}`);
  void window.ended.then((printed) => reject(new Error(`${browser.name} ended by itself, ${at}. ${printed}`)));
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    clearTimeout(timer);
    server.close();
    await window.close();
  }
};

const withResolvers = <T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } => {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};
