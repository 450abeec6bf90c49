import * as v from 'valibot';

/** JSON has no NaN and no infinities: `nalu reproduce` writes them as strings. */
const number = v.union([
  v.number(),
  v.pipe(
    v.picklist(['NaN', 'Infinity', '-Infinity']),
    v.transform((text) => Number(text)),
  ),
]);

const interval = v.tuple([v.number(), v.number()]);

/** How attempts of several restarts did. */
const attempts = v.object({
  restarts: v.number(),
  attempts: v.number(),
  successes: v.number(),
  successRate: v.number(),
  interval,
  /** Of the attempts, those whose network has exact weights. */
  exact: v.number(),
});

const rowSchema = v.object({
  module: v.string(),
  operation: v.string(),
  range: v.string(),
  setting: v.string(),
  test: v.string(),
  runs: v.number(),
  steps: v.number(),
  successes: v.nullable(v.number()),
  successRate: v.nullable(v.number()),
  interval: v.nullable(interval),
  solvedAt: v.nullable(number),
  sparsityError: v.nullable(number),
  attempts: v.optional(attempts),
  published: v.nullable(v.number()),
  certainty: v.nullable(v.picklist(['certain', 'computed', 'figure', 'abstract', 'secondary', 'unverified'])),
  publishedRuns: v.nullable(v.number()),
  /** Fisher's exact test against the published rate, after Holm; files of before November 2026 do not hold these three. */
  fisherP: v.optional(v.nullable(v.number()), null),
  differs: v.optional(v.nullable(v.boolean()), null),
  explanation: v.optional(v.nullable(v.string()), null),
  score: number,
  medianError: number,
  errorDeviation: number,
});

const documentSchema = v.object({
  experiment: v.string(),
  title: v.string(),
  paper: v.string(),
  criterion: v.string(),
  /** Which of the experiment's cells there are, in words; empty: all. Files of before November 2026 do not hold it. */
  covers: v.optional(v.string(), ''),
  shortened: v.string(),
  /** Whether all runs of a cell learned from the same batches. */
  sharedBatches: v.optional(v.boolean(), false),
  missing: v.number(),
  rows: v.array(rowSchema),
  curves: v.array(v.object({ module: v.string(), test: v.string(), x: v.array(v.number()), error: v.array(number) })),
  command: v.string(),
  seed: v.number(),
  backend: v.string(),
  machine: v.string(),
  runtime: v.string(),
  version: v.string(),
  commits: v.array(v.string()),
  milliseconds: v.number(),
  processorMilliseconds: v.number(),
});

export type ResultRow = v.InferOutput<typeof rowSchema>;
export type ResultDocument = v.InferOutput<typeof documentSchema>;
export type Curve = ResultDocument['curves'][number];
export type Certainty = NonNullable<ResultRow['certainty']>;

/** Reads what `nalu reproduce --json` writes. @throws ValiError when it is something else. */
export const readDocument = (json: unknown): ResultDocument => v.parse(documentSchema, json);
