import { ArgumentError } from '@nalu/core';
import { backendChecks } from './checks/backend.ts';
import { broadcastingChecks } from './checks/broadcasting.ts';
import { bufferChecks } from './checks/buffers.ts';
import { compositeChecks } from './checks/composites.ts';
import { differentiationChecks } from './checks/derivatives.ts';
import { executableChecks } from './checks/executables.ts';
import { graphChecks } from './checks/graphs.ts';
import { largeChecks } from './checks/large.ts';
import { loopChecks } from './checks/loops.ts';
import { memoryChecks } from './checks/memory.ts';
import { populationChecks } from './checks/populations.ts';
import { randomChecks } from './checks/random.ts';
import { trainingChecks } from './checks/training.ts';
import { valueChecks } from './checks/values.ts';
import type { Check, Tier } from './check.ts';

const smoke: readonly Check[] = [
  ...backendChecks,
  ...bufferChecks,
  ...executableChecks,
  ...memoryChecks,
  ...valueChecks,
  ...broadcastingChecks,
  ...differentiationChecks,
  ...compositeChecks,
  ...randomChecks,
  ...graphChecks,
  ...loopChecks,
  ...populationChecks,
  ...trainingChecks,
];

/** `certify` has all of `smoke` and more. */
const tiers: { readonly [T in Tier]: readonly Check[] } = { smoke, certify: [...smoke, ...largeChecks] };

/**
 * All checks of a tier, in the order in which they run.
 *
 * @throws ArgumentError for a tier that does not exist.
 */
export const checksOf = (tier: Tier): readonly Check[] => {
  if (!Object.hasOwn(tiers, tier))
    throw new ArgumentError(`tier must be "${Object.keys(tiers).join('" or "')}", but it is "${tier}".`);
  return tiers[tier];
};
