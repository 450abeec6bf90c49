import type { BackendEntry } from '../../backends/backends.ts';
import { needs } from '../../backends/needs.ts';
import type { PageHost } from '../../shell/host.ts';
import type { Probe } from './probing.ts';

/** Whether a backend runs in this page: as its needs let expect, or as starting it has shown. */
export interface Here {
  readonly runs: boolean;
  /** Started and tried in this page. */
  readonly tried: boolean;
  /** Why it does not run, or what it runs on; empty for what is only expected. */
  readonly note: string;
  /** A GPU that is imitated. */
  readonly software: boolean;
}

const expected = ({ needs: needed }: BackendEntry, host: PageHost): Here => {
  const lacking = needed.filter((need) => !needs[need].isMet(host)).map((need) => needs[need].lacking);
  const adapter = needed.includes('webgpu')
    ? host.webgpu
    : needed.includes('webgl2') || needed.includes('webgl')
      ? host.webgl2
      : null;
  return { runs: lacking.length === 0, tried: false, note: lacking.join(' '), software: adapter?.software ?? false };
};

/** Null as long as nothing is known of this page. */
export const hereOf = (variant: BackendEntry, host: PageHost | null, probe: Probe | undefined): Here | null => {
  if (probe === undefined) return host === null ? null : expected(variant, host);
  if (probe.kind === 'refuses') return { runs: false, tried: true, note: probe.reason, software: false };
  return { runs: true, tried: true, note: probe.device, software: probe.software };
};
