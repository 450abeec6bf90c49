import type { Tier } from '@nalu/conformance';

/** What a browser or a machine may lack. */
export type Feature = 'webgpu' | 'webgl' | 'webgl2';

/**
 * Where the backends run. `chromium-policy` is Chromium without cross-origin isolation and under a strict
 * Content-Security-Policy; all other pages are isolated.
 */
export type Place = 'node' | 'chromium' | 'chromium-policy' | 'firefox' | 'webkit';

export type BackendName = 'js' | 'tfjs-wasm';

/** The backend starts, on a device whose description contains `device`, and conforms. */
export interface Runs {
  readonly outcome: 'runs';
  /** What `npm test` runs; `npm run certify` runs `certify` everywhere. */
  readonly tier: Tier;
  /** Part of `info.device`: nothing may fall back to another device unseen. */
  readonly device: string;
  /** Where this is lacking, the backend must refuse instead. */
  readonly needs?: Feature;
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
