import type { HostFacts } from './facts.ts';

interface Navigator {
  readonly hardwareConcurrency?: number;
  readonly userAgent?: string;
}

/** The facts that a page is told about its machine: few. Whoever measures in a page may know more, and say so. */
export const hostFacts = (): HostFacts => {
  const { hardwareConcurrency, userAgent } = (globalThis as { readonly navigator?: Navigator }).navigator ?? {};
  return {
    cpu: null,
    cores: hardwareConcurrency ?? null,
    memoryBytes: null,
    os: null,
    runtime: userAgent ?? null,
    versions: {},
    commit: null,
    page: null,
  };
};

/** A page has no checkout. */
export const checkedOutCommit = (_folder: string): string | null => null;
