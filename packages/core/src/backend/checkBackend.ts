import { ArgumentError } from '../errors.ts';
import type { Backend } from './contract.ts';

/** @throws ArgumentError when there is no backend, or only the promise of one. */
export const checkBackend = (name: string, backend: Backend | undefined): void => {
  if (typeof backend?.compile !== 'function')
    throw new ArgumentError(
      `${name} needs a backend, such as \`backend: await createBackend()\`; without \`await\` it is a promise.`,
    );
};
