import { ArgumentError, ShapeError } from '../errors.ts';
import { listParams } from '../modules/tree.ts';
import { checkOptionNames, type OptionNames } from '../options.ts';
import { KEY_LIMIT } from '../random/uniform.ts';
import { shown } from '../shown.ts';
import { showShape } from '../tensor/shape.ts';
import type { Rows } from './batches.ts';
import type { TrainerOptions } from './job.ts';
import { mappedHyper, rowsInOrder } from './stepGraph.ts';
import { checkTurns } from './turns.ts';

/** @throws ArgumentError when the value is not a whole number, or too small. */
export const checkWhole = (name: string, value: number, least: number): number => {
  if (!Number.isSafeInteger(value) || value < least)
    throw new ArgumentError(`${name} must be a whole number of at least ${least}, but it is ${shown(value)}.`);
  return value;
};

/** The step is part of the key of random numbers, and single precision counts no further. */
export const checkSteps = (steps: number): void => {
  checkWhole('steps', steps, 0);
  if (steps > KEY_LIMIT) throw new ArgumentError(`One training run has at most ${KEY_LIMIT} steps, but ${steps} were asked for.`);
};

/** The members of a population, by their global indices. */
export interface MemberRange {
  readonly population: number;
  readonly firstMember: number;
}

const optionNames: OptionNames<TrainerOptions> = {
  module: true,
  loss: true,
  optimiser: true,
  source: true,
  schedule: true,
  clipping: true,
  regularisers: true,
  turns: true,
  seed: true,
  backend: true,
  population: true,
  firstMember: true,
  precision: true,
  validation: true,
  patience: true,
  restart: true,
  initial: true,
  chunkLengths: true,
};

/** @throws ShapeError when x, y and weights do not have a row each, of each member where `perMember` says so. */
const checkRows = (what: string, rows: Rows, population: number, perMember: boolean): void => {
  const axes = perMember ? 2 : 1;
  const wanted = rows.x.shape.slice(0, axes);
  for (const [name, { shape }] of rowsInOrder(rows)) {
    const own = shape.slice(0, axes);
    if (own.length === axes && own.every((length, axis) => length === wanted[axis]) && (!perMember || own[0] === population))
      continue;
    throw new ShapeError(
      `${what}: ${name} has shape ${showShape(shape)}, but it needs ${perMember ? `the rows of each of ${population} members` : 'a row for each row of x'}, [${[...(perMember ? [population] : []), wanted.at(-1) ?? 'rows', ...(name === 'weights' ? [] : ['…'])].join(', ')}].`,
    );
  }
};

/**
 * Seed, members, their settings and their rows.
 *
 * @throws ArgumentError naming the option and what it must be; ShapeError for rows that do not belong together.
 */
export const checkOptions = (options: TrainerOptions): MemberRange => {
  checkOptionNames('createTrainer', options, optionNames);
  const { seed, patience } = options;
  const population = checkWhole('population', options.population ?? 1, 1);
  const firstMember = checkWhole('firstMember', options.firstMember ?? 0, 0);
  if (!Number.isInteger(seed) || seed < 0 || seed >= KEY_LIMIT ** 2)
    throw new ArgumentError(`seed must be a whole number from 0 to ${KEY_LIMIT ** 2 - 1}, but it is ${shown(seed)}.`);
  if (population > KEY_LIMIT)
    throw new ArgumentError(
      `population must be at most ${KEY_LIMIT}, but it is ${population}. Train several, one after the other.`,
    );
  if (firstMember + population > KEY_LIMIT)
    throw new ArgumentError(
      `Member indices must stay below ${KEY_LIMIT}, but the last would be ${firstMember + population - 1}.`,
    );
  if (options.source.shared && options.source.perMember)
    throw new ArgumentError('source: members with rows of their own (perMember) cannot share batches (shared). Choose one.');
  const perMember = options.source.perMember ?? false;
  if (options.source.data) checkRows('The training rows', options.source.data, population, perMember);
  if (options.validation) checkRows('The validation rows', options.validation, population, perMember);
  if (patience !== undefined) checkWhole('patience', patience, 1);
  if (options.turns !== undefined) {
    const groups = listParams(options.module.params).flatMap(({ spec }) => spec.group ?? []);
    checkTurns(options.turns, [...new Set(groups)]);
  }
  if (options.restart !== undefined && options.validation === undefined)
    throw new ArgumentError('restart needs validation rows: members are asked at evaluations. Pass `validation` too.');
  for (const [name, values] of mappedHyper(options)) {
    if (values.length !== population)
      throw new ArgumentError(
        `${options.optimiser.name}: ${name} has ${values.length} values, but the population has ${population} members.`,
      );
  }
  return { population, firstMember };
};
