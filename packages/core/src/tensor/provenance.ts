/** Where a node comes from: the path of module scopes and the source line, kept for messages and for printing. */

const scopes: string[] = [];

/** Runs `body` inside a named module scope. Nodes made in it carry the path, for example `nalu/gate`. */
export const withScope = <T>(name: string, body: () => T): T => {
  scopes.push(name);
  try {
    return body();
  } finally {
    scopes.pop();
  }
};

/** Runs `body` with exactly this scope path: derivatives keep the scope of what they differentiate. */
export const withScopePath = <T>(path: string, body: () => T): T => {
  const saved = scopes.splice(0, scopes.length, path);
  try {
    return body();
  } finally {
    scopes.splice(0, scopes.length, ...saved);
  }
};

export const currentScope = (): string => scopes.join('/');

/** V8's switch for the depth of stacks; elsewhere it does not exist and does no harm. */
const traces = Error as { stackTraceLimit?: number };

const ROOT = new URL('..', import.meta.url).href;
const INTERNAL = ['tensor/', 'ops/', 'graph/', 'transform/', 'backend/', 'training/'].map((folder) => ROOT + folder);
const FRAME = /\(?((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\)[^()]*?:\d+:\d+)\)?$/;

const asUrl = (place: string): string => (place.startsWith('/') ? `file://${place}` : place);

let pinned: string | undefined;

/** Runs `body` with a fixed source line: a derivative's nodes point at the forward line. */
export const withLine = <T>(line: string, body: () => T): T => {
  const saved = pinned;
  pinned = line;
  try {
    return body();
  } finally {
    pinned = saved;
  }
};

/** The innermost source line outside the tracing machinery, as `file:line:column`, or empty where stacks are not available. */
export const currentLine = (): string => {
  if (pinned !== undefined) return pinned;
  const limit = traces.stackTraceLimit;
  traces.stackTraceLimit = 24;
  const { stack } = new Error();
  if (limit !== undefined) traces.stackTraceLimit = limit;
  for (const frame of stack?.split('\n') ?? []) {
    const place = FRAME.exec(frame.trim())?.[1];
    if (place === undefined) continue;
    const url = asUrl(place);
    if (!INTERNAL.some((folder) => url.startsWith(folder))) return place.replace(/^file:\/\//, '');
  }
  return '';
};
