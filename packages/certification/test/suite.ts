import * as vitest from 'vitest';
import { conformance } from '@nalu/conformance';
import { creatorOf, deviationsOf, type Assets } from '../src/backends.ts';
import { complaintsAbout } from '../src/run/judge.ts';
import { runRow } from '../src/run/runRow.ts';
import type { BackendName, Place, Row, Runs } from '../src/table/row.ts';
import { table, titleOf } from '../src/table/table.ts';

const { expect, it } = vitest;

/** One row of the table as tests: what runs, and then the whole suite. */
const runs = (row: Row, expected: Runs, assets: Assets): void => {
  const { device, tier } = expected;
  it(`${titleOf(row)}: runs on the device that was asked for`, async () => {
    const backend = await (await creatorOf(row, assets))();
    expect(backend.info.name).toBe(row.backend);
    expect(backend.info.device).toContain(device);
    await backend.dispose();
  });
  const create = async () => (await creatorOf(row, assets))();
  conformance(vitest, { name: titleOf(row), create, tier, deviations: deviationsOf(row, tier) });
};

const refuses = (row: Row, assets: Assets): void => {
  it(`${titleOf(row)}: refuses to run`, async () => {
    expect(complaintsAbout(row.expected, await runRow(row, { tier: 'smoke', assets }))).toEqual([]);
  });
};

/** Registers a backend's rows of the table as tests that run here: all of them, or some. */
export const certifyHere = (
  place: Place,
  backend: BackendName,
  assets: Assets = {},
  isWanted: (row: Row) => boolean = () => true,
): void => {
  for (const row of table.filter((each) => each.place === place && each.backend === backend && isWanted(each))) {
    if (row.expected.outcome === 'runs') runs(row, row.expected, assets);
    else refuses(row, assets);
  }
};
