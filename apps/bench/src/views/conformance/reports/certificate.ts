import * as v from 'valibot';
import { certifiedPlaces } from './places.ts';

const listOf = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly());

/** What a report says about one op. */
const opResult = v.object({
  op: v.string(),
  cases: v.number(),
  /** In units in the last place of the exact result; for contractions, of Σ|terms|. Null: nothing was measured. */
  worstUlp: v.nullable(v.number()),
  /** Null where nothing was measured; reports of before November 2026 do not hold it. */
  worstInput: v.optional(v.nullable(v.string()), null),
});

const failure = v.object({ op: v.string(), case: v.string(), message: v.string() });

const deviation = v.object({ op: v.string(), case: v.string(), reason: v.string(), link: v.string() });

const info = v.object({
  device: v.string(),
  softwareAdapter: v.boolean(),
  simd: v.boolean(),
  threads: v.number(),
  runtime: v.string(),
  versions: v.record(v.string(), v.string()),
});

const ran = v.object({
  info,
  passed: v.number(),
  failed: v.number(),
  deviations: listOf(deviation),
  failures: listOf(failure),
  ops: listOf(opResult),
  seconds: v.number(),
  soak: v.nullable(v.object({ steps: v.number() })),
});

const tier = v.picklist(['smoke', 'certify']);

/** A committed report, as `npm run certify` writes it, without what is not shown. */
export const certificateSchema = v.object({
  row: v.object({ id: v.string(), backend: v.string(), mode: v.optional(v.string()), place: v.picklist(certifiedPlaces) }),
  tier,
  date: v.string(),
  machine: v.object({ cpu: v.string(), cores: v.number(), system: v.string(), node: v.string(), commit: v.string() }),
  browser: v.nullable(v.string()),
  complaints: listOf(v.string()),
  result: v.union([ran, v.object({ refusal: v.object({ message: v.string() }) })]),
});

export type Certificate = v.InferOutput<typeof certificateSchema>;
export type Ran = v.InferOutput<typeof ran>;
export type OpResult = v.InferOutput<typeof opResult>;
export type Failure = v.InferOutput<typeof failure>;
export type Deviation = v.InferOutput<typeof deviation>;
export type Tier = v.InferOutput<typeof tier>;
