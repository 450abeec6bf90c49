import type { Backend } from '../backend/contract.ts';
import { NoBackendError, type BackendProblem } from '../errors.ts';
import { checkOptionNames } from '../options.ts';
import { checkCandidates, PATIENCE, problemOf, startCandidate, type BackendCandidate } from './candidates.ts';

export interface SelectOptions {
  /** Milliseconds that a candidate has to start. Default: 30,000. */
  readonly patience?: number;
  /** Gives up; what was started is disposed of. */
  readonly signal?: AbortSignal;
}

export interface SelectedBackend {
  /** The caller disposes of it. */
  readonly backend: Backend;
  /** The candidate's name. */
  readonly name: string;
  /** Why each candidate before it could not be used, with what would help. */
  readonly skipped: readonly BackendProblem[];
}

/**
 * The first of several backends that starts here and computes. The others after it are not even loaded.
 *
 *     const { backend } = await selectBackend([() => import('@nalu/backend-tfjs-wasm'), () => import('@nalu/backend-js')]);
 *
 * @throws NoBackendError with every reason and remedy when none can be used; ArgumentError for an empty list.
 */
export const selectBackend = async (
  candidates: readonly BackendCandidate[],
  options: SelectOptions = {},
): Promise<SelectedBackend> => {
  const { patience = PATIENCE, signal } = checkOptionNames('selectBackend', options, { patience: true, signal: true });
  checkCandidates(candidates);
  const skipped: BackendProblem[] = [];
  for (const [index, candidate] of candidates.entries()) {
    try {
      const { backend, name } = await startCandidate(candidate, { patience, signal });
      return { backend, name, skipped };
    } catch (error) {
      signal?.throwIfAborted();
      skipped.push(problemOf(candidate, index, error));
    }
  }
  throw new NoBackendError(skipped);
};
