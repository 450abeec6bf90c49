import { runConformance, type Progress, type Report, type Tier } from '@nalu/conformance';
import type { Backend } from '@nalu/core';
import { creatorOf, deviationsOf, type Assets } from '../backends.ts';
import type { Row } from '../table/row.ts';
import { countGpuObjects } from './gpuObjects.ts';
import { soak, type Mark, type Soak } from './soak.ts';

/** `createBackend` rejected. */
export interface Refusal {
  /** `code` of the error; null when it was no error of Nalu's. */
  readonly code: string | null;
  readonly message: string;
}

/** What became of a row: a report of the suite, or the reason why the backend does not run there. */
export type Outcome = { readonly report: Report; readonly soak?: Soak } | { readonly refusal: Refusal };

/** A long training run after the suite. */
export interface SoakRequest {
  readonly steps: number;
  /** Is awaited: meanwhile the process's memory can be looked at. */
  readonly onMark: (mark: Mark) => Promise<void>;
}

export interface RunRowOptions {
  readonly tier: Tier;
  readonly assets?: Assets;
  readonly onProgress?: (progress: Progress) => void;
  /** Default: none. */
  readonly soak?: SoakRequest;
}

const refusalOf = (error: unknown): Refusal => ({
  code: error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null,
  message: error instanceof Error ? error.message : String(error),
});

/** Runs a row of the table here, in this page or this process. */
export const runRow = async (row: Row, { tier, assets = {}, onProgress, soak: request }: RunRowOptions): Promise<Outcome> => {
  // Before the backend looks at any device.
  const gpuObjects = countGpuObjects();
  const create = await creatorOf(row, assets);
  let backend: Backend;
  try {
    backend = await create();
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
  const soaked = request === undefined ? {} : { soak: await soak(backend, { ...request, gpuObjects }) };
  await backend.dispose();
  const report = await runConformance({
    create,
    tier,
    deviations: deviationsOf(row, tier),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return { report, ...soaked };
};
