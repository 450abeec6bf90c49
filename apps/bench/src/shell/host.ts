import { signal, type ReadonlySignal } from '@preact/signals';
import type { Adapters, AdaptersMessage } from '../workers/adapters.ts';
import { startJob } from '../workers/startJob.ts';

/** What this page can compute with. */
export interface PageHost extends Adapters {
  /** Name and version: `Chromium 156.0`. */
  readonly browser: string;
  readonly system: string | null;
  readonly cores: number;
  /** Gigabytes, as far as the browser tells: never more than 8. */
  readonly memory: number | null;
  readonly isolated: boolean;
  /** Whether the security policy allows `new Function`. */
  readonly generatedCode: boolean;
  /** Whether WebAssembly with SIMD can be compiled here. */
  readonly webassembly: boolean;
}

interface Hints {
  readonly deviceMemory?: number;
  readonly userAgentData?: {
    readonly platform?: string;
    getHighEntropyValues(names: readonly string[]): Promise<{
      readonly fullVersionList?: readonly { readonly brand: string; readonly version: string }[];
      readonly platform?: string;
      readonly platformVersion?: string;
      readonly architecture?: string;
    }>;
  };
}

const hints = navigator as Hints;

/** A module whose one function makes a vector of zeros: `v128.const`, `drop`. */
const simdModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 4, 1, 96, 0, 0],
  ...[3, 2, 1, 0],
  ...[10, 23, 1, 21, 0, 253, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 26, 11],
);

const canCompileSimd = (): boolean => {
  try {
    return new WebAssembly.Module(simdModule) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
};

const canGenerateCode = (): boolean => {
  try {
    // oxlint-disable-next-line no-new-func -- whether this is forbidden is the question
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
};

/** Chromium tells its version only when asked; what others put into `navigator.userAgent` is all they tell. */
const browserAndSystem = async (): Promise<Pick<PageHost, 'browser' | 'system'>> => {
  const asked = await hints.userAgentData
    ?.getHighEntropyValues(['fullVersionList', 'platformVersion', 'architecture'])
    .catch(() => ({}));
  const { fullVersionList = [], platform, platformVersion, architecture } = { ...asked };
  const chromium = fullVersionList.find(({ brand }) => brand === 'Chromium');
  const system = [platform, platformVersion, architecture].filter(Boolean).join(' ');
  if (chromium !== undefined) return { browser: `Chromium ${chromium.version}`, system: system || null };
  const { userAgent } = navigator;
  const own = /\(([^)]*)\)/.exec(userAgent)?.[1]?.split(';').slice(0, 2).join(',') ?? null;
  const [, firefox] = /Firefox\/([\d.]+)/.exec(userAgent) ?? [];
  const [, safari] = /Version\/([\d.]+).*Safari/.exec(userAgent) ?? [];
  const [, chrome] = /Chrome\/([\d.]+)/.exec(userAgent) ?? [];
  const browser = [
    ['Firefox', firefox],
    ['Chromium', chrome],
    ['Safari', safari],
  ].find(([, version]) => version !== undefined);
  return { browser: browser?.join(' ') ?? 'an unknown browser', system: own };
};

/** Asking a GPU can keep a thread waiting for a second, so a worker asks; that is where backends run, too. */
const adaptersHere = async (): Promise<Adapters> => {
  let found: Adapters = { webgpu: null, webgl2: null, webgl: false };
  const job = startJob<null, AdaptersMessage>(
    () => new Worker(new URL('../workers/adapters.ts', import.meta.url), { type: 'module' }),
    null,
    ({ adapters }) => (found = adapters),
  );
  await job.ended;
  return found;
};

/** Looks at the page that this runs in. */
const lookAround = async (): Promise<PageHost> => ({
  ...(await browserAndSystem()),
  cores: navigator.hardwareConcurrency,
  memory: hints.deviceMemory ?? null,
  isolated: globalThis.crossOriginIsolated,
  generatedCode: canGenerateCode(),
  ...(await adaptersHere()),
  webassembly: canCompileSimd(),
});

const known = signal<PageHost | null>(null);

/** What this page can compute with; null until it is known. */
export const host: ReadonlySignal<PageHost | null> = known;

/** The same for those who wait for it. */
export const hostKnown: Promise<PageHost> = lookAround().then((facts) => (known.value = facts));
