import { backendNames } from '../../backends/backends.ts';
import { number, oneOf, text, words } from '../../links/fields.ts';
import { viewLink, type StateOf } from '../../links/viewLink.ts';
import { functionNames, moduleNames } from './playground/choices.ts';

export const lessons = [
  { id: 'identity', title: 'Learning by heart' },
  { id: 'weights', title: 'Weights that rest' },
  { id: 'logs', title: 'Times is plus' },
  { id: 'gate', title: 'A gate chooses' },
  { id: 'playground', title: 'Your turn' },
] as const;

export type LessonId = (typeof lessons)[number]['id'];

/** Characters of a function that somebody types. */
export const longestFunction = 100;

/** A table of so many characters still fits into a link. */
export const longestTableInLink = 1500;

const fields = {
  /** The part that is scrolled to; empty: the beginning. */
  at: oneOf(['', ...lessons.map(({ id }) => id)], ''),
  from: oneOf(['function', 'typed', 'table'], 'function'),
  f: oneOf(functionNames, 'a*b'),
  typed: text('', longestFunction),
  table: text('', longestTableInLink),
  target: text('', 200),
  inputs: words(),
  model: oneOf(moduleNames, 'nalu'),
  backend: oneOf(backendNames, 'js'),
  members: number(16, { min: 1, max: 100, integer: true }),
  steps: number(4000, { min: 500, max: 20_000, integer: true }),
  seed: number(1, { min: 0, max: 1_000_000, integer: true }),
};

export type LearnState = StateOf<typeof fields>;

/** The page's state: which part a reader came for, and what the playground learns. */
export const learnLink = viewLink('learn', fields);
