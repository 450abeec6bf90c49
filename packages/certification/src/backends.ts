import type { Deviation } from '@nalu/conformance';
import type { Backend } from '@nalu/core';
import type { BackendName, Row } from './table/row.ts';

/** Addresses of files that a page serves; Node finds them by itself. */
export interface Assets {
  readonly wasmPaths?: { readonly [file: string]: string };
}

interface Entry {
  /** Loads the package only when it is needed. */
  readonly creator: (mode: string | undefined, assets: Assets) => Promise<() => Promise<Backend>>;
  readonly deviations: (row: Row) => readonly Deviation[];
}

const none = (): readonly Deviation[] => [];

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
    deviations: none,
  },
};

/** A row's `createBackend`, with its mode. */
export const creatorOf = ({ backend, mode }: Row, assets: Assets): Promise<() => Promise<Backend>> =>
  entries[backend].creator(mode, assets);

/** The failures that are known for a row. */
export const deviationsOf = (row: Row): readonly Deviation[] => entries[row.backend].deviations(row);
