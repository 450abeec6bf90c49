import { groupBy } from '../../../lists/groupBy.ts';
import { certifiedPlaces, placeTitles, type CertifiedPlace } from '../reports/places.ts';
import type { Report } from '../reports/report.ts';

/** A column of the matrix: reports of one backend in one mode. */
export interface Column {
  /** In links: `gpujs-webgl2` for all places together, `gpujs-webgl2-node` for one, `live-js` for this page. */
  readonly key: string;
  readonly backend: string;
  readonly mode: string | undefined;
  /** In words. */
  readonly place: string;
  /** At least one. */
  readonly reports: readonly Report[];
  readonly isLive: boolean;
}

/** `together`: a column has the worst of all places. `apart`: a column for each place. Or one place only. */
export type PlaceChoice = 'together' | 'apart' | CertifiedPlace;

const together = (reports: readonly Report[]): readonly Column[] => {
  const groups = groupBy(reports, ({ backend, mode }) => (mode === undefined ? backend : `${backend}-${mode}`));
  return [...groups].map(([key, group]): Column => {
    const { backend, mode } = group[0]!;
    const places = new Set(group.map(({ place }) => place)).size;
    return { key, backend, mode, place: places === 1 ? '1 place' : `${places} places`, reports: group, isLive: false };
  });
};

/** Reports of several machines are told apart by a number. */
const apart = (reports: readonly Report[]): readonly Column[] =>
  reports.map((report, at) => {
    const before = reports.slice(0, at).filter(({ id }) => id === report.id).length;
    return {
      key: before === 0 ? report.id : `${report.id}-${before + 1}`,
      backend: report.backend,
      mode: report.mode,
      place: placeTitles[report.place],
      reports: [report],
      isLive: false,
    };
  });

/** Packages, in order of how little they need. */
export const families = ['js', 'tfjs-wasm', 'tfjs-webgpu', 'gpujs'] as const;

/** Default modes first, then from the fastest to the one that runs anywhere. */
const modes: readonly (string | undefined)[] = [
  undefined,
  'auto',
  'interpreter',
  'fused',
  'webgpu',
  'webgl2',
  'webgl',
  'webasm',
  'cpu',
];

const rank = ({ backend, mode, place }: Report): readonly number[] => [
  families.findIndex((each) => each === backend),
  modes.indexOf(mode),
  certifiedPlaces.findIndex((each) => each === place),
];

const byRank = (one: Report, other: Report): number => {
  const differences = rank(one).map((value, i) => value - rank(other)[i]!);
  return differences.find((difference) => difference !== 0) ?? 0;
};

/** The committed columns that are asked for. */
export const committedColumns = (
  reports: readonly Report[],
  family: 'all' | (typeof families)[number],
  place: PlaceChoice,
): readonly Column[] => {
  const wanted = reports
    .filter((report) => family === 'all' || report.backend === family)
    .filter((report) => place === 'together' || place === 'apart' || report.place === place)
    .sort(byRank);
  return place === 'together' ? together(wanted) : apart(wanted);
};

/** What was run in this page, beside the committed columns of the same backend and mode: in front of them. */
export const withLive = (columns: readonly Column[], live: readonly Report[]): readonly Column[] => {
  const isSame = (report: Report, { backend, mode }: Column): boolean =>
    report.backend === backend && (report.mode === mode || (report.mode === undefined && mode === 'auto'));
  const columnOf = (report: Report): Column => ({
    key: report.id,
    backend: report.backend,
    mode: report.mode,
    place: placeTitles.here,
    reports: [report],
    isLive: true,
  });
  const placed = columns.flatMap((column, at) => {
    const isFirst = (report: Report): boolean => columns.findIndex((each) => isSame(report, each)) === at;
    return [...live.filter(isFirst).map(columnOf), column];
  });
  const elsewhere = live.filter((report) => !columns.some((column) => isSame(report, column)));
  return [...elsewhere.map(columnOf), ...placed];
};
