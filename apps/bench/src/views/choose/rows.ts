import type { BackendEntry } from '../../backends/backends.ts';
import type { LoadSizes } from '../../backends/loadSizes.ts';
import { needs } from '../../backends/needs.ts';
import type { CertifiedPlace } from '../conformance/reports/places.ts';
import type { Here } from './here.ts';
import type { Certification, Standings } from './standing.ts';
import type { Measured } from './times.ts';

/** What a page loads for a backend besides Nalu's core. Bytes after gzip. */
export interface Load {
  /** Until it has started. */
  readonly start: number;
  /** Only when it is first needed. */
  readonly later: number;
}

/** Everything about one backend in one mode. */
export interface Row {
  readonly variant: BackendEntry;
  readonly standings: Standings;
  readonly certification: Certification | null;
  readonly load: Load;
  readonly here: Here | null;
  /** Of the chosen workload, measured in this browser. */
  readonly page: Measured | null;
  /** The same, by the machine that serves the page. */
  readonly served: Measured | null;
}

/** What a reader wants a backend to do. */
export interface Wishes {
  readonly search: string;
  /** Places where it must run, `here` among them. */
  readonly places: readonly ('here' | CertifiedPlace)[];
  readonly on: 'any' | 'cpu' | 'gpu';
}

export const sorts = ['needs', 'load', 'page', 'served'] as const;
export type Sort = (typeof sorts)[number];

/** tfjs-webgpu loads TensorFlow.js when a graph has large products; all others load their library before they start. */
export const loadOf = ({ name, package: from }: BackendEntry, sizes: LoadSizes): Load => {
  const { code, lazy, files } = sizes.packages[from]!;
  return name === 'tfjs-webgpu' ? { start: code + files, later: lazy } : { start: code + lazy + files, later: 0 };
};

const wordsOf = ({ name, title, package: from, needs: needed }: BackendEntry): string =>
  [name, title, from, ...needed.map((need) => needs[need].title)].join(' ').toLowerCase();

/** The rows that fulfil all wishes. Every word of the search must be found. */
export const fulfilling = (rows: readonly Row[], { search, places, on }: Wishes): readonly Row[] => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ variant, standings, here }) => {
    const runsAt = (place: 'here' | CertifiedPlace): boolean =>
      place === 'here' ? (here?.runs ?? true) : standings[place].kind === 'runs';
    const text = wordsOf(variant);
    return (on === 'any' || variant.on === on) && places.every(runsAt) && words.every((word) => text.includes(word));
  });
};

const timeOf = (measured: Measured | null): number =>
  (measured?.record.status === 'ok' ? measured.record.medianMicroseconds : null) ?? Infinity;

const keys: { readonly [S in Sort]: (row: Row, position: number) => number } = {
  needs: (_, position) => position,
  load: ({ load }) => load.start,
  page: ({ page }) => timeOf(page),
  served: ({ served }) => timeOf(served),
};

/** The least first; what has no number comes last, in either direction. */
export const sorted = (rows: readonly Row[], sort: Sort, descending: boolean): readonly Row[] => {
  const keyed = rows.map((row, position) => ({ row, key: keys[sort](row, position) }));
  const sign = descending ? -1 : 1;
  return keyed
    .sort((a, b) => {
      const [first, second] = [Number.isFinite(a.key), Number.isFinite(b.key)];
      if (first !== second) return first ? -1 : 1;
      return first ? sign * (a.key - b.key) : 0;
    })
    .map(({ row }) => row);
};
