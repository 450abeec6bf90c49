import * as v from 'valibot';
import { NaluError } from '@nalu/core';
import { REPORT_VERSION, type BenchmarkReport } from './record.ts';

/** A file that is no benchmark, is damaged, or comes from a newer version. The message says which. */
export class ReportError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('benchmark-report', message, options);
  }
}

const text = v.string();
const nullableText = v.nullable(text);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Nothing is measured beyond these, in any unit, and charts and numbers have no room for it. */
const [LEAST, MOST] = [1e-12, 1e18];
const positive = v.pipe(v.number(), v.minValue(LEAST), v.maxValue(MOST));
const nullablePositive = v.nullable(positive);
const nullableSize = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(MOST)));
/** Far more than any protocol takes, and as many as a page can show. */
const listOf = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(1000));
/** Numbers that are not finite are written as text. */
const anyNumber = v.pipe(v.union([v.number(), v.picklist(['NaN', 'Infinity', '-Infinity'])]), v.transform(Number));
const unit = v.nullable(v.picklist(['javascript', 'webassembly']));

const host = v.object({
  cpu: nullableText,
  cores: v.nullable(count),
  memoryBytes: nullableSize,
  os: nullableText,
  runtime: nullableText,
  versions: v.record(text, nullableText),
  commit: nullableText,
  page: v.optional(v.nullable(v.object({ isolated: v.boolean(), webgpu: nullableText, webgl2: nullableText })), null),
});

const protocol = v.object({
  warmUp: v.number(),
  sample: v.number(),
  budget: v.number(),
  minSamples: count,
  maxSamples: count,
  ceiling: v.number(),
});

const check = v.object({ steps: count, checksum: anyNumber, worstError: anyNumber, tolerance: v.number() });

const record = v.object({
  workload: text,
  column: text,
  status: v.picklist(['ok', 'wrong', 'n/a']),
  reason: nullableText,
  medianMicroseconds: nullablePositive,
  minMicroseconds: nullablePositive,
  maxMicroseconds: nullablePositive,
  spreadMicroseconds: nullableSize,
  // Files that are older do not have it.
  deviceMicroseconds: v.optional(nullableSize, null),
  samples: listOf(positive),
  stepsPerSample: v.nullable(count),
  warmUpSteps: v.nullable(count),
  path: nullableText,
  software: v.boolean(),
  unit,
  compileMilliseconds: nullableSize,
  // Files that are older do not have it.
  firstRunMilliseconds: v.optional(nullableSize, null),
  check: v.nullable(check),
  task: v.picklist(['training', 'inference']),
  inputs: count,
  outputs: count,
  batch: count,
  members: count,
  flopsPerStep: nullableSize,
  bytesPerStep: nullableSize,
});

const compileTime = v.object({
  workload: text,
  column: text,
  reason: nullableText,
  software: v.boolean(),
  cold: listOf(positive),
  compilation: listOf(positive),
  again: listOf(positive),
});

const workers = v.object({
  workload: text,
  column: text,
  reason: nullableText,
  workers: count,
  members: count,
  rounds: listOf(v.object({ sharded: positive, independent: positive })),
  stepsPerRound: count,
  check: v.nullable(check),
});

const peak = v.object({
  unit: v.picklist(['javascript', 'webassembly']),
  flops: positive,
  bandwidth: positive,
  cacheBandwidth: positive,
  note: text,
});

/** Typed, so that it cannot differ from what is written. */
const report: v.GenericSchema<unknown, BenchmarkReport> = v.object({
  format: v.literal('nalu benchmark'),
  version: v.literal(REPORT_VERSION),
  suite: v.picklist(['training', 'speed']),
  host,
  date: v.pipe(text, v.isoTimestamp()),
  protocol,
  clockResolution: v.number(),
  stopped: v.boolean(),
  notes: v.optional(v.array(text), []),
  records: listOf(record),
  compileTimes: listOf(compileTime),
  workers: listOf(workers),
  peaks: listOf(peak),
});

const place = (issue: v.BaseIssue<unknown>): string => v.getDotPath(issue) ?? 'the document';

/**
 * Reads what `nalu bench --json` printed.
 *
 * @param name of the file, for messages.
 * @throws ReportError for a file that is no benchmark, that is damaged, or that a newer version wrote.
 */
export const parseReport = (source: string, name: string): BenchmarkReport => {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new ReportError(`${name} is no complete JSON document (${(cause as Error).message}). Was it written to its end?`, {
      cause,
    });
  }
  const header = v.safeParse(v.object({ format: v.literal('nalu benchmark'), version: count }), value);
  if (!header.success) throw new ReportError(`${name} is no benchmark. Save one with: nalu bench --json > ${name}`);
  const { version } = header.output;
  if (version > REPORT_VERSION)
    throw new ReportError(
      `${name} was written by a newer nalu (version ${version} of the format; this one reads ${REPORT_VERSION}). Update nalu, or measure again.`,
    );
  const result = v.safeParse(report, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ReportError(
    `${name} is damaged: ${place(issue)}: ${issue.message} (and ${result.issues.length - 1} more). Measure again.`,
  );
};
