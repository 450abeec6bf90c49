import type { Deviation, Tier } from '@nalu/conformance';
import type { Backend } from '@nalu/core';
import type { BackendName, Row } from './table/row.ts';

/** Addresses of files that a page serves; Node finds them by itself. */
export interface Assets {
  readonly wasmPaths?: { readonly [file: string]: string };
}

interface Entry {
  /** Loads the package only when it is needed. */
  readonly creator: (mode: string | undefined, assets: Assets) => Promise<() => Promise<Backend>>;
  readonly deviations: (row: Row, tier: Tier) => readonly Deviation[];
}

const none = (): readonly Deviation[] => [];

const sumsInMesa: Deviation = {
  op: 'population',
  case: 'together = one by one',
  reason:
    "Mesa's compiler orders sums and products within a shader anew, which GLSL ES allows and cannot forbid. A softmax that one member computes in one shader and five members in two differs by 2 ulp at most (36 of 34,116 numbers).",
  link: '../packages/backend-gpujs/README.md#deviations',
};

const entries: { readonly [B in BackendName]: Entry } = {
  js: {
    creator: async (mode) => {
      const { createBackend } = await import('@nalu/backend-js');
      return () => createBackend({ mode: mode as 'auto' });
    },
    deviations: none,
  },
  'tfjs-wasm': {
    creator: async (_, { wasmPaths }) => {
      const { createBackend } = await import('@nalu/backend-tfjs-wasm');
      return () => createBackend(wasmPaths === undefined ? {} : { wasmPaths });
    },
    deviations: none,
  },
  'tfjs-webgpu': {
    creator: async () => {
      const { createBackend } = await import('@nalu/backend-tfjs-webgpu');
      return () => createBackend();
    },
    deviations: none,
  },
  gpujs: {
    creator: async (mode) => {
      const { createBackend } = await import('@nalu/backend-gpujs');
      return () => createBackend({ mode: mode as 'auto' });
    },
    deviations: ({ mode, place }, tier) => (mode === 'webgl2' && place === 'webkit' && tier === 'certify' ? [sumsInMesa] : []),
  },
};

/** A row's `createBackend`, with its mode. */
export const creatorOf = ({ backend, mode }: Row, assets: Assets): Promise<() => Promise<Backend>> =>
  entries[backend].creator(mode, assets);

/** The failures that are known for a row. */
export const deviationsOf = (row: Row, tier: Tier): readonly Deviation[] => entries[row.backend].deviations(row, tier);
