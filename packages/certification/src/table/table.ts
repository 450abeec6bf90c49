import type { BackendName, Place, Refuses, Row, Runs } from './row.ts';

interface Variant {
  readonly backend: BackendName;
  readonly mode?: string;
  readonly places: { readonly [P in Place]?: Runs | Refuses };
}

const certify = (device: string): Runs => ({ outcome: 'runs', tier: 'certify', device });
const smoke = (device: string): Runs => ({ outcome: 'runs', tier: 'smoke', device });
const refuses = (reason: string): Refuses => ({ outcome: 'refuses', reason });

const fused = 'generated JavaScript';
const interpreter = 'interpreter';
const xnnpack = 'WebAssembly SIMD by XNNPACK';

const variants: readonly Variant[] = [
  {
    backend: 'js',
    mode: 'auto',
    places: {
      node: certify(fused),
      chromium: smoke(fused),
      'chromium-policy': smoke(interpreter),
      firefox: smoke(fused),
      webkit: smoke(fused),
    },
  },
  {
    backend: 'js',
    mode: 'interpreter',
    places: {
      node: smoke(interpreter),
      chromium: smoke(interpreter),
      'chromium-policy': smoke(interpreter),
      firefox: smoke(interpreter),
      webkit: smoke(interpreter),
    },
  },
  { backend: 'js', mode: 'fused', places: { 'chromium-policy': refuses('forbids generated code') } },
  {
    backend: 'tfjs-wasm',
    places: {
      node: certify(xnnpack),
      chromium: smoke(xnnpack),
      'chromium-policy': refuses('forbids generated code'),
      firefox: smoke(xnnpack),
      webkit: smoke(xnnpack),
    },
  },
];

const rowsOf = ({ backend, mode, places }: Variant): readonly Row[] =>
  (Object.entries(places) as [Place, Runs | Refuses][]).map(([place, expected]) => ({
    id: [backend, ...(mode === undefined ? [] : [mode]), place].join('-'),
    backend,
    ...(mode === undefined ? {} : { mode }),
    place,
    expected,
  }));

/** Every backend × mode × place. `npm test` and `npm run certify` both read this table. */
export const table: readonly Row[] = variants.flatMap(rowsOf);

/** `js, mode auto`, for people. */
export const titleOf = ({ backend, mode }: Pick<Row, 'backend' | 'mode'>): string =>
  mode === undefined ? backend : `${backend}, mode ${mode}`;
