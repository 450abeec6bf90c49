import { checkContract } from '../backend/checkContract.ts';
import { CONTRACT_VERSION, type Backend } from '../backend/contract.ts';
import { ArgumentError, BackendUnavailableError, type BackendProblem } from '../errors.ts';
import { trace } from '../graph/trace.ts';
import { shown } from '../shown.ts';
import { TimeoutError, within } from './within.ts';

/** What every backend package exports. */
export interface BackendModule {
  createBackend(): Backend | Promise<Backend>;
}

/** Makes a backend, or loads the package that does: `() => import('@nalu/backend-js')`. */
export type BackendSource = () => Backend | BackendModule | Promise<Backend | BackendModule>;

/**
 * A backend that may be chosen: the function alone, or with a name for messages, which tells apart several backends of one
 * package and those that cannot be loaded. Default name: what the backend calls itself.
 */
export type BackendCandidate = BackendSource | { readonly name: string; readonly create: BackendSource };

/** Milliseconds, and a signal to give up early. */
export interface Patience {
  readonly patience: number;
  readonly signal: AbortSignal | undefined;
}

export interface StartedCandidate {
  readonly name: string;
  readonly backend: Backend;
  readonly milliseconds: number;
}

const sourceOf = (candidate: BackendCandidate): BackendSource => (typeof candidate === 'function' ? candidate : candidate.create);

const create = async (candidate: BackendCandidate): Promise<Backend> => {
  const made = await sourceOf(candidate)();
  return 'createBackend' in made ? made.createBackend() : made;
};

const givenName = (candidate: BackendCandidate): string | undefined =>
  typeof candidate === 'function' ? undefined : candidate.name;

/** Loaders say by a code that a package is missing. */
const isMissing = (error: unknown): boolean => (error as { code?: unknown } | undefined)?.code === 'ERR_MODULE_NOT_FOUND';

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What became of a candidate that cannot be used. */
export const problemOf = (candidate: BackendCandidate, index: number, error: unknown): BackendProblem => {
  const name = givenName(candidate) ?? `candidate ${index + 1}`;
  if (error instanceof BackendUnavailableError)
    return { backend: givenName(candidate) ?? error.backend, reason: error.reason, remedy: error.remedy };
  const reason = sentence(error instanceof Error ? error.message : String(error));
  if (isMissing(error)) return { backend: name, reason, remedy: 'Install the package.' };
  if (error instanceof TimeoutError) return { backend: name, reason, remedy: 'Give it more time with the option `patience`.' };
  return { backend: name, reason, remedy: '' };
};

/** 2x + 1 of 1 and 2: a backend that starts but cannot compute is no backend. */
const proveIt = async (backend: Backend): Promise<void> => {
  const executable = await backend.compile(trace([{ name: 'x', shape: [2] }], (x) => [x!.mul(2).add(1)]));
  const x = backend.upload(Float32Array.of(1, 2), [2]);
  const [y] = executable.run([x]);
  const [values] = await backend.read(y!);
  [x, y!].forEach((buffer) => backend.free(buffer));
  executable.dispose();
  if (values!.join() === '3,5') return;
  throw new BackendUnavailableError(
    backend.info.name,
    `it starts, but computes 2·1 + 1 and 2·2 + 1 as ${values!.join(' and ')}.`,
    'Update the graphics driver or the browser, or use another backend.',
  );
};

/** Disposes of a backend that is not needed, whatever it says. */
export const discard = async (backend: Backend, patience: number): Promise<void> => {
  await within(backend.dispose(), patience, undefined).catch(() => {});
};

/** Loads, starts and tries a candidate. One that comes too late is disposed of. */
export const startCandidate = async (candidate: BackendCandidate, { patience, signal }: Patience): Promise<StartedCandidate> => {
  signal?.throwIfAborted();
  const start = performance.now();
  const backend = await within(create(candidate), patience, signal, (late) => void discard(late, patience));
  try {
    checkContract(backend.info, CONTRACT_VERSION);
    const milliseconds = performance.now() - start;
    await within(proveIt(backend), patience, signal);
    return { name: givenName(candidate) ?? backend.info.name, backend, milliseconds };
  } catch (error) {
    await discard(backend, patience);
    throw error;
  }
};

/** Milliseconds that starting, compiling or one answer may take. */
export const PATIENCE = 30_000;

/** @throws ArgumentError when there is nothing to choose from. */
export const checkCandidates = (candidates: readonly BackendCandidate[]): void => {
  const wrong = candidates.findIndex((each) => typeof each !== 'function' && typeof each?.create !== 'function');
  if (wrong >= 0)
    throw new ArgumentError(
      `Candidate ${wrong + 1} is ${shown(candidates[wrong])}, but must be a function that makes a backend or loads its package, such as () => import('@nalu/backend-js'), or { name, create } with such a function.`,
    );
  if (candidates.length === 0)
    throw new ArgumentError('The list of backends is empty. Name at least one, for example () => import("@nalu/backend-js").');
};
