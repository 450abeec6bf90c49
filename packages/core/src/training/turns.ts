import { ArgumentError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Which groups of parameters move in which steps. iNALU's training moves its weights in 8 steps of 10 and its gate in the
 * other 2: `{ period: 10, groups: { weights: [0, 8], gate: [8, 10] } }`. Schlör, Ring and Hotho (2020).
 *
 * A parameter that rests keeps its value and the optimiser's memory of it. Adam's count of steps goes on.
 */
export interface Turns {
  /** Steps after which the turns begin anew. */
  readonly period: number;
  /** From which step of a period (counted from 0) up to which, exclusive, a group moves. Groups that are not named always move. */
  readonly groups: { readonly [group: string]: readonly [from: number, to: number] };
}

/**
 * @param known groups of the module's parameters.
 * @throws ArgumentError for turns that are not whole steps of the period, and for groups that no parameter is in.
 */
export const checkTurns = ({ period, groups }: Turns, known: readonly string[]): void => {
  for (const [group, [from, to]] of Object.entries(groups)) {
    if (!known.includes(group))
      throw new ArgumentError(
        `turns: no parameter of the module is in a group "${group}". ${known.length === 0 ? 'None is in a group.' : `The groups are ${known.map((each) => `"${each}"`).join(', ')}.`}`,
      );
    if ([period, from, to].every(Number.isInteger) && 0 <= from && from < to && to <= period) continue;
    throw new ArgumentError(
      `turns: the group "${group}" must move from one whole step to a later one within a period of ${period}, but it has ${from} to ${to}.`,
    );
  }
};

/** 1 in the steps in which a group moves; undefined when it always does. */
export const isTurn = (turns: Turns | undefined, group: string | undefined, step: Tensor): Tensor | undefined => {
  const turn = group === undefined ? undefined : turns?.groups[group];
  if (turns === undefined || turn === undefined) return undefined;
  // In the middle of a step, so that a quotient that is slightly too small does not fall into the step before.
  const phase = step.sub(step.add(0.5).div(turns.period).floor().mul(turns.period));
  return phase.ge(turn[0]).mul(phase.lt(turn[1]));
};
