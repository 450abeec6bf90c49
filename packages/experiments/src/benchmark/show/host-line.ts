import type { HostFacts } from '../host/facts.ts';

/** What the times were measured on, in a line; facts that are not known are left out. */
export const hostLine = ({ cpu, cores, os, runtime, commit, page }: HostFacts): string =>
  [
    cpu,
    cores === null ? null : `${cores} ${cores === 1 ? 'core' : 'cores'}`,
    os,
    runtime,
    page === null ? null : page.isolated ? 'isolated' : 'not isolated',
    page === null || page.webgpu === null ? null : `WebGPU: ${page.webgpu}`,
    commit === null ? null : `commit ${commit.slice(0, 10)}`,
  ]
    .filter((fact) => fact !== null)
    .join(', ');
