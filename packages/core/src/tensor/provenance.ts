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

/** V8's switches for stacks; elsewhere they do not exist and do no harm. */
interface StackSettings {
  stackTraceLimit?: number;
  prepareStackTrace?: ((error: Error, sites: readonly CallSite[]) => unknown) | undefined;
}

interface CallSite {
  getFileName(): string | null;
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

const settings = Error as StackSettings;

const ROOT = new URL('..', import.meta.url).href;
const INTERNAL = ['tensor/', 'ops/', 'graph/', 'transform/', 'backend/', 'training/'].map((folder) => ROOT + folder);
const FRAME = /\(?((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\)[^()]*?:\d+:\d+)\)?$/;

const asUrl = (place: string): string => (place.startsWith('/') ? `file://${place}` : place);

const isInternal = (place: string): boolean => INTERNAL.some((folder) => asUrl(place).startsWith(folder));

/** Runs `body` with V8's stacks deep enough, and optionally as call sites instead of text. */
const withStacks = <T>(prepare: StackSettings['prepareStackTrace'], body: () => T): T => {
  const { stackTraceLimit, prepareStackTrace } = settings;
  settings.stackTraceLimit = 24;
  if (prepare !== undefined) settings.prepareStackTrace = prepare;
  try {
    return body();
  } finally {
    if (stackTraceLimit !== undefined) settings.stackTraceLimit = stackTraceLimit;
    if (prepare !== undefined) settings.prepareStackTrace = prepareStackTrace;
  }
};

/** The first outside frame as the engine knows it (compiled positions): cheap, and the key of the cache. Empty without V8. */
const compiledPlace = (): string => {
  const sites = withStacks(
    (_, callSites) => callSites,
    () => new Error().stack as unknown,
  );
  if (!Array.isArray(sites)) return '';
  const site = (sites as readonly CallSite[]).find((each) => {
    const file = each.getFileName() ?? each.getScriptNameOrSourceURL();
    return file !== null && !file.startsWith('node:') && !isInternal(file);
  });
  return site === undefined ? '' : `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
};

/** The first outside frame as people know it: text, in which source maps have been applied. */
const sourcePlace = (): string => {
  const stack = withStacks(undefined, () => new Error().stack);
  for (const frame of stack?.split('\n') ?? []) {
    const place = FRAME.exec(frame.trim())?.[1];
    if (place !== undefined && !isInternal(place)) return place.replace(/^file:\/\//, '');
  }
  return '';
};

/** Formatting a stack costs fifty times as much as walking it, so it is done once per place in the source. */
const sourcePlaces = new Map<string, string>();

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
  const key = compiledPlace();
  if (key === '') return sourcePlace();
  const known = sourcePlaces.get(key);
  if (known !== undefined) return known;
  const place = sourcePlace();
  sourcePlaces.set(key, place);
  return place;
};
