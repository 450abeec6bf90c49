import { signal, type ReadonlySignal } from '@preact/signals';

/** Where a reader is: a view, and what it shows. It lives behind the #, so that the site needs no server. */
export interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads `#/compare?runs=1,2`. */
const parseHash = (hash: string): Address => {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  return { path, query: new URLSearchParams(query) };
};

/** Writes `#/compare?runs=1,2`. */
export const hashOf = (path: string, query: URLSearchParams): string => {
  // Commas and colons are allowed there, and links with them can be read.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return `#/${path}${text === '' ? '' : `?${text}`}`;
};

const current = signal(parseHash(location.hash));

addEventListener('hashchange', () => {
  current.value = parseHash(location.hash);
});

/** The page's address; it changes when a link is followed. */
export const address: ReadonlySignal<Address> = current;

/** Changes the address without a step in the browser's history: what a reader chooses is no place to go back to. */
export const replaceAddress = (hash: string): void => {
  history.replaceState(history.state, '', hash);
  current.value = parseHash(hash);
};
