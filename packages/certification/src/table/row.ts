import type { Tier } from '@nalu/conformance';

/** What a browser or a machine may lack. */
export type Feature = 'webgpu' | 'webgl' | 'webgl2';

/**
 * Where the backends run. `chromium-policy` is Chromium without cross-origin isolation and under a strict
 * Content-Security-Policy; all other pages are isolated.
 */
export type Place = 'node' | 'chromium' | 'chromium-policy' | 'firefox' | 'webkit';

export type BackendName = 'js' | 'tfjs-wasm' | 'tfjs-webgpu' | 'gpujs';

/** The backend starts and conforms. */
export interface Runs {
  readonly outcome: 'runs';
  /** What `npm test` runs; `npm run certify` runs `certify` everywhere. */
  readonly tier: Tier;
  /** Part of `info.device`: nothing may fall back to another device or mode unseen. */
  readonly device: string;
  /** What it computes on, if that may be lacking: the backend must then refuse instead. */
  readonly needs?: Feature;
  /** Why even `npm run certify` runs no more than the tier `smoke`. */
  readonly onlySmoke?: string;
}

/** `createBackend` rejects with `BackendUnavailableError`, and `reason` is part of its message. */
export interface Refuses {
  readonly outcome: 'refuses';
  readonly reason: string;
}

/** One backend in one mode at one place. */
export interface Row {
  /** Name of its report: `js-auto-node`. */
  readonly id: string;
  readonly backend: BackendName;
  /** The option `mode` of `createBackend`. Absent for backends without modes. */
  readonly mode?: string;
  readonly place: Place;
  readonly expected: Runs | Refuses;
}
