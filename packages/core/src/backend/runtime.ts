interface Globals {
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly navigator?: { readonly userAgent?: string };
  readonly Deno?: { readonly version: { readonly deno: string } };
}

/** Where this code runs: `node 20.20.2`, `Chrome/156.0.0.0`. */
export const runtimeName = (): string => {
  const { process, navigator, Deno } = globalThis as Globals;
  if (Deno !== undefined) return `deno ${Deno.version.deno}`;
  if (process?.versions?.node !== undefined) return `node ${process.versions.node}`;
  return navigator?.userAgent?.match(/(?:Firefox|Edg|Chrome|Version)\/[\d.]+/)?.[0] ?? 'JavaScript';
};
