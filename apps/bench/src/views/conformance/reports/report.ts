import * as v from 'valibot';

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

const place = v.picklist(['node', 'chromium', 'chromium-policy', 'firefox', 'webkit']);

/** A committed report, as `npm run certify` writes it, without what is not shown. */
export const certificateSchema = v.object({
  row: v.object({ id: v.string(), backend: v.string(), mode: v.optional(v.string()), place }),
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
export type CertifiedPlace = v.InferOutput<typeof place>;

/** Where a report was made; `here`: in this page, a moment ago. */
export type Place = CertifiedPlace | 'here';

export const certifiedPlaces: readonly CertifiedPlace[] = place.options;

export const placeTitles: { readonly [P in Place]: string } = {
  node: 'Node',
  chromium: 'Chromium',
  'chromium-policy': 'Chromium, strict policy',
  firefox: 'Firefox',
  webkit: 'WebKit',
  here: 'this browser',
};

/** One backend in one mode at one place: a committed report, or a run in this page. */
export interface Report {
  /** `js-auto-chromium`; `live-js` for a run in this page. */
  readonly id: string;
  readonly backend: string;
  readonly mode: string | undefined;
  readonly place: Place;
  readonly tier: Tier;
  readonly date: string;
  /** Processor, operating system, browser: whatever is known. */
  readonly machine: string;
  /** Of the code that was tested; null for this page. */
  readonly commit: string | null;
  readonly result: Ran | { readonly refusal: string };
}

/** `js, mode auto`. */
export const titleOf = ({ backend, mode }: Pick<Report, 'backend' | 'mode'>): string =>
  mode === undefined ? backend : `${backend}, mode ${mode}`;

const machineOf = ({ machine: { cpu, cores, system, node }, browser }: Certificate): string =>
  `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${system}, ${browser ?? `Node ${node}`}`;

/** Reads one committed report. @throws ValiError when it is none. */
export const readCertificate = (json: unknown): Report => {
  const certificate = v.parse(certificateSchema, json);
  const { row, tier: howHard, date, machine, result } = certificate;
  return {
    id: row.id,
    backend: row.backend,
    mode: row.mode,
    place: row.place,
    tier: howHard,
    date: date.slice(0, 10),
    machine: machineOf(certificate),
    commit: machine.commit,
    result: 'refusal' in result ? { refusal: result.refusal.message } : result,
  };
};
