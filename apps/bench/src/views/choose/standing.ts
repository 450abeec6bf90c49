import type { BackendEntry } from '../../backends/backends.ts';
import type { CertifiedPlace } from '../conformance/reports/places.ts';
import type { Ran, Report, Tier } from '../conformance/reports/report.ts';

/** What the committed reports say about a backend at a place. */
export type Standing =
  | { readonly kind: 'runs'; readonly report: Report; readonly ran: Ran }
  | { readonly kind: 'refuses'; readonly report: Report; readonly reason: string }
  | { readonly kind: 'no report' };

export type Standings = { readonly [P in CertifiedPlace]: Standing };

/** The mode that reports name. */
export const modeOf = ({ name, mode }: BackendEntry): string | undefined => (name === 'js' ? 'auto' : mode);

/** The name of the package's backend in reports: `gpujs` of `gpujs:webgl2`. */
export const familyOf = ({ name }: BackendEntry): string => name.split(':')[0]!;

const standingOf = (report: Report): Standing =>
  'refusal' in report.result
    ? { kind: 'refuses', report, reason: report.result.refusal }
    : { kind: 'runs', report, ran: report.result };

/** Generated loops are what `auto` runs where it may: a report of it that names them as its device is one of `fused`, too. */
const isOfFused = ({ mode, result }: Report): boolean =>
  mode === 'auto' && !('refusal' in result) && result.info.device.includes('generated JavaScript');

/** Where a backend runs. Of several machines, one on which it runs counts. */
export const standingsOf = (variant: BackendEntry, reports: readonly Report[]): Standings => {
  const family = reports.filter(({ backend }) => backend === familyOf(variant));
  const own = family.filter(({ mode }) => mode === modeOf(variant));
  const related = variant.name === 'js:fused' ? family.filter(isOfFused) : [];
  const at = (place: CertifiedPlace): Standing => {
    const there = [...own, ...related].filter((report) => report.place === place).map(standingOf);
    return there.find(({ kind }) => kind === 'runs') ?? there[0] ?? { kind: 'no report' };
  };
  return {
    node: at('node'),
    chromium: at('chromium'),
    'chromium-policy': at('chromium-policy'),
    firefox: at('firefox'),
    webkit: at('webkit'),
  };
};

/** All that the suite found about a backend, over the places where it runs. */
export interface Certification {
  /** Places with a report of the tier `certify` in which nothing failed. */
  readonly places: number;
  /** Places where nothing failed, but only the short suite was run. */
  readonly shorter: number;
  readonly checks: number;
  readonly failed: number;
  readonly deviations: number;
  /** Whether a GPU was imitated in software in all of them: real ones may differ within the contract. */
  readonly imitated: boolean;
}

/** Null where no report is of a run. */
export const certificationOf = (standings: Standings): Certification | null => {
  const all = Object.values(standings).flatMap((standing) => (standing.kind === 'runs' ? [standing] : []));
  if (all.length === 0) return null;
  const sum = (of: (ran: Ran) => number): number => all.reduce((total, { ran }) => total + of(ran), 0);
  const soundAt = (tier: Tier): number => all.filter(({ report, ran }) => report.tier === tier && ran.failed === 0).length;
  return {
    places: soundAt('certify'),
    shorter: soundAt('smoke'),
    checks: sum(({ passed, failed }) => passed + failed),
    failed: sum(({ failed }) => failed),
    deviations: sum(({ deviations }) => deviations.length),
    imitated: all.every(({ ran }) => ran.info.softwareAdapter),
  };
};
