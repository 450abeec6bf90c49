import { runConformance, type Progress, type Report, type Tier } from '@nalu/conformance';
import type { Backend } from '@nalu/core';
import { creatorOf, deviationsOf, type Assets } from '../backends.ts';
import type { Row } from '../table/row.ts';

/** `createBackend` rejected. */
export interface Refusal {
  /** `code` of the error; null when it was no error of Nalu's. */
  readonly code: string | null;
  readonly message: string;
}

/** What became of a row: a report of the suite, or the reason why the backend does not run there. */
export type Outcome = { readonly report: Report } | { readonly refusal: Refusal };

export interface RunRowOptions {
  readonly tier: Tier;
  readonly assets?: Assets;
  readonly onProgress?: (progress: Progress) => void;
}

const refusalOf = (error: unknown): Refusal => ({
  code: error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null,
  message: error instanceof Error ? error.message : String(error),
});

/** Runs a row of the table here, in this page or this process. */
export const runRow = async (row: Row, { tier, assets = {}, onProgress }: RunRowOptions): Promise<Outcome> => {
  const create = await creatorOf(row, assets);
  let first: Backend;
  try {
    first = await create();
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
  await first.dispose();
  const report = await runConformance({
    create,
    tier,
    deviations: deviationsOf(row),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return { report };
};
