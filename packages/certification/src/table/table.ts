import type { BackendName, Feature, Place, Refuses, Row, Runs } from './row.ts';

interface Variant {
  readonly backend: BackendName;
  readonly mode?: string;
  readonly places: { readonly [P in Place]?: Runs | Refuses };
}

const certify = (device: string): Runs => ({ outcome: 'runs', tier: 'certify', device });
const smoke = (device: string): Runs => ({ outcome: 'runs', tier: 'smoke', device });
/** Where the device is there: not every build of a browser has it. */
const smokeWith = (needs: Feature, device: string): Runs => ({ ...smoke(device), needs });
const refuses = (reason: string): Refuses => ({ outcome: 'refuses', reason });

const fused = 'generated JavaScript';
const interpreter = 'interpreter';
const xnnpack = 'WebAssembly SIMD by XNNPACK';
/** The name of the adapter, whatever it is. */
const adapter = '';
const webgpu = '(gpu.js, webgpu)';
const webgl2 = '(gpu.js, webgl2)';
const webgl = '(gpu.js, webgl)';
const webasm = '(gpu.js, generated WebAssembly)';
const cpu = '(gpu.js, generated JavaScript)';

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
      'chromium-policy': smoke(xnnpack),
      firefox: smoke(xnnpack),
      webkit: smoke(xnnpack),
    },
  },
  {
    backend: 'tfjs-webgpu',
    places: {
      node: smoke(adapter),
      chromium: certify(adapter),
      'chromium-policy': smoke(adapter),
      firefox: smokeWith('webgpu', adapter),
      webkit: smokeWith('webgpu', adapter),
    },
  },
  {
    backend: 'gpujs',
    mode: 'webgpu',
    places: {
      node: smoke(webgpu),
      chromium: smoke(webgpu),
      'chromium-policy': smoke(webgpu),
      firefox: smokeWith('webgpu', webgpu),
      webkit: smokeWith('webgpu', webgpu),
    },
  },
  {
    backend: 'gpujs',
    mode: 'webgl2',
    places: {
      node: refuses('needs WebGL 2'),
      chromium: certify(webgl2),
      'chromium-policy': smoke(webgl2),
      firefox: smokeWith('webgl2', webgl2),
      webkit: smokeWith('webgl2', webgl2),
    },
  },
  {
    backend: 'gpujs',
    mode: 'webgl',
    places: {
      node: refuses('needs WebGL'),
      chromium: smoke(webgl),
      'chromium-policy': smoke(webgl),
      firefox: smokeWith('webgl', webgl),
      webkit: {
        ...smokeWith('webgl', webgl),
        onlySmoke:
          "Mesa's GPU in software takes more than five minutes to compile the largest random graphs of the tier `certify` for WebGL 1.",
      },
    },
  },
  {
    backend: 'gpujs',
    mode: 'webasm',
    places: {
      node: smoke(webasm),
      chromium: smoke(webasm),
      'chromium-policy': smoke(webasm),
      firefox: smoke(webasm),
      webkit: smoke(webasm),
    },
  },
  {
    backend: 'gpujs',
    mode: 'cpu',
    places: {
      node: smoke(cpu),
      chromium: smoke(cpu),
      'chromium-policy': refuses('forbids generated code'),
      firefox: smoke(cpu),
      webkit: smoke(cpu),
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
