import type { ComponentChildren } from 'preact';
import type { Adapter } from '../workers/adapters.ts';
import { host } from './host.ts';

const adapter = (kind: string, found: Adapter | null): ComponentChildren => {
  if (found === null) return <span class="warn">no {kind}</span>;
  return (
    <>
      {kind}: {found.name}
      {found.software && <strong class="warn"> (a GPU imitated in software)</strong>}
    </>
  );
};

/** One line about what computes here. */
export const HostLine = () => {
  const facts = host.value;
  if (facts === null) return <p class="host small muted">Looking at this device …</p>;
  const { browser, system, cores, isolated, generatedCode, webgpu, webgl2 } = facts;
  return (
    <ul class="host small muted" aria-label="This device">
      <li>{browser}</li>
      {system !== null && <li>{system}</li>}
      <li>
        {cores} {cores === 1 ? 'core' : 'cores'}
      </li>
      <li title="Whether the server isolates the page from others: clocks are finer then.">
        {isolated ? 'isolated' : <span class="warn">not isolated: clocks are coarser</span>}
      </li>
      {!generatedCode && <li class="warn">generated code is forbidden here</li>}
      <li>{adapter('WebGPU', webgpu)}</li>
      <li>{adapter('WebGL 2', webgl2)}</li>
    </ul>
  );
};
