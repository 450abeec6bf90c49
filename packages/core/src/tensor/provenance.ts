/** Where a node comes from: the path of module scopes and the source line, kept for messages and for printing. */

let scope = '';

/** Runs `body` with exactly this scope path: derivatives keep the scope of what they differentiate. */
export const withScopePath = <T>(path: string, body: () => T): T => {
  const saved = scope;
  scope = path;
  try {
    return body();
  } finally {
    scope = saved;
  }
};

/** Runs `body` inside a named module scope. Nodes made in it carry the path, for example `nalu/gate`. */
export const withScope = <T>(name: string, body: () => T): T => withScopePath(scope === '' ? name : `${scope}/${name}`, body);

export const currentScope = (): string => scope;

/** V8's switches for stacks; elsewhere they do not exist and do no harm. */
interface StackSettings {
  captureStackTrace?(target: object, above: Function): void;
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

declare const process: { readonly sourceMapsEnabled?: boolean } | undefined;

/** Node's own formatter, which is there from the start: it names other places only when `sourceMapsEnabled` says so. */
const NODES_OWN = 'ErrorPrepareStackTrace';

/** Whether a stack's text may name other places than the engine's own: with source maps, or where somebody formats stacks. */
const areMapped = (): boolean => {
  const { prepareStackTrace } = settings;
  const byOthers = prepareStackTrace !== undefined && prepareStackTrace.name !== NODES_OWN;
  return byOthers || (typeof process === 'object' && process.sourceMapsEnabled === true);
};

const asUrl = (place: string): string => (place.startsWith('/') ? `file://${place}` : place);

/** Whether a file is outside the tracing machinery, by its name. */
const outside = new Map<string, boolean>();

const isOutside = (file: string): boolean => {
  const known = outside.get(file);
  if (known !== undefined) return known;
  const answer = !file.startsWith('node:') && !INTERNAL.some((folder) => asUrl(file).startsWith(folder));
  outside.set(file, answer);
  return answer;
};

/** Frames to look at: few first, because every frame costs. */
const NEAR = 6;
const FAR = 24;

/** The stack from the caller of `currentLine` on, of so many frames: as V8's call sites when `prepare` keeps them, else as text. */
const stackOf = (limit: number, prepare: StackSettings['prepareStackTrace']): unknown => {
  const { stackTraceLimit, prepareStackTrace } = settings;
  settings.stackTraceLimit = limit;
  if (prepare !== undefined) settings.prepareStackTrace = prepare;
  try {
    const holder: { readonly stack?: unknown } = {};
    settings.captureStackTrace?.(holder, currentLine);
    return holder.stack;
  } finally {
    if (stackTraceLimit !== undefined) settings.stackTraceLimit = stackTraceLimit;
    if (prepare !== undefined) settings.prepareStackTrace = prepareStackTrace;
  }
};

const asSites: StackSettings['prepareStackTrace'] = (_, sites) => sites;

const fileOf = (site: CallSite): string | null => site.getFileName() ?? site.getScriptNameOrSourceURL();

/** A frame outside the tracing machinery: how many frames are above it, and where it is in the compiled code. */
interface OutsideFrame {
  readonly depth: number;
  readonly place: string;
}

/** The first outside frame as the engine knows it: cheap, and `place` is the key of the cache. Undefined without V8. */
const outsideFrame = (limit: number): OutsideFrame | undefined => {
  const sites = stackOf(limit, asSites);
  if (!Array.isArray(sites)) return undefined;
  const depth = (sites as readonly CallSite[]).findIndex((each) => {
    const file = fileOf(each);
    return file !== null && isOutside(file);
  });
  if (depth < 0) return undefined;
  const site = (sites as readonly CallSite[])[depth]!;
  return { depth, place: `${fileOf(site)}:${site.getLineNumber()}:${site.getColumnNumber()}` };
};

/** A place without what is not for people; empty for code that is in no file. */
const shown = (place: string | undefined): string => FRAME.exec(place ?? '')?.[1]?.replace(/^file:\/\//, '') ?? '';

/**
 * The same frame as people know it: text, in which source maps have been applied. Its depth is known from the compiled
 * places, because mapped ones cannot be told to be ours.
 */
const sourcePlace = (depth: number): string => {
  const stack = stackOf(FAR, undefined);
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => line.trimStart().startsWith('at ')) : [];
  return shown(frames[depth]?.trim());
};

/** Formatting a stack costs fifty times as much as walking it, so it is done only where maps are, and once per place. */
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

/** The line that has started the trace: that of nodes made by the machinery itself, far from any outside frame. */
let starting: string | undefined;

/** Runs a trace, which is told the line that has started it. */
export const withStartingLine = <T>(body: (line: string) => T): T => {
  const saved = starting;
  const line = currentLine();
  starting = line;
  try {
    return body(line);
  } finally {
    starting = saved;
  }
};

/** The innermost source line outside the tracing machinery, as `file:line:column`, or empty where stacks are not available. */
export const currentLine = (): string => {
  if (pinned !== undefined) return pinned;
  const near = outsideFrame(NEAR);
  if (near === undefined && starting !== undefined) return starting;
  const frame = near ?? outsideFrame(FAR);
  if (frame === undefined) return '';
  const known = sourcePlaces.get(frame.place);
  if (known !== undefined) return known;
  const place = areMapped() ? sourcePlace(frame.depth) : shown(frame.place);
  sourcePlaces.set(frame.place, place);
  return place;
};
