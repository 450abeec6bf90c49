import type { HostFacts } from '@nalu/experiments/benchmark';
import type { PageHost } from '../../shell/host.ts';
import type { Adapter } from '../../workers/adapters.ts';

const nameOf = (adapter: Adapter | null): string | null =>
  adapter === null ? null : `${adapter.name}${adapter.software && !adapter.name.includes('software') ? ' (software)' : ''}`;

/** What a page is told about its machine, as a report has it. Browsers do not name the processor. */
export const factsOf = ({ browser, system, cores, memory, isolated, webgpu, webgl2 }: PageHost): HostFacts => ({
  cpu: null,
  cores,
  memoryBytes: memory === null ? null : memory * 2 ** 30,
  os: system,
  runtime: browser,
  versions: {},
  commit: null,
  page: { isolated, webgpu: nameOf(webgpu), webgl2: nameOf(webgl2) },
});
