import { BackendUnavailableError } from '../errors.ts';
import type { BackendInfo } from './contract.ts';

/** Rejects a backend that was made for another version of the contract. */
export const checkContract = (info: Pick<BackendInfo, 'name' | 'contract'>, expected: number): void => {
  if (info.contract !== expected) {
    throw new BackendUnavailableError(
      info.name,
      `it was made for version ${info.contract} of the backend contract, but this copy of @nalu/core has version ${expected}.`,
      'Install versions of both packages that were released together.',
    );
  }
};
