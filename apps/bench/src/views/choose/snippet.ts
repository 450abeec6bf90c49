import type { BackendEntry } from '../../backends/backends.ts';
import { needs } from '../../backends/needs.ts';

/** Files that a page must serve, and the folder that it is told. */
const wasmFolder = '/wasm/';

const optionsOf = ({ name, mode }: BackendEntry): string => {
  if (name === 'tfjs-wasm') return `{ wasmPaths: '${wasmFolder}' }`;
  return mode === undefined ? '' : `{ mode: '${mode}' }`;
};

/** The lines to paste. */
export const importLines = (variant: BackendEntry): string =>
  [`import { createBackend } from '${variant.package}';`, '', `const backend = await createBackend(${optionsOf(variant)});`].join(
    '\n',
  );

/** The packages are not published: they are installed from the checkout, beside which the project is. */
export const installLine = ({ package: name }: BackendEntry): string =>
  `npm install ../nalu/packages/core ../nalu/packages/${name.replace('@nalu/', '')}`;

/** The `script-src` of a Content-Security-Policy under which it runs. */
export const policyOf = ({ needs: needed }: BackendEntry): string =>
  ["script-src 'self'", ...needed.flatMap((need) => needs[need].source ?? [])].join(' ');

/** What else to do, as sentences. */
export const stepsOf = ({ name, needs: needed }: BackendEntry): readonly string[] => [
  ...(name === 'tfjs-wasm'
    ? [
        `Serve tfjs-backend-wasm-simd.wasm of node_modules/@tensorflow/tfjs-backend-wasm/dist in ${wasmFolder}. Node finds it by itself: createBackend().`,
      ]
    : []),
  ...(needed.includes('webgpu')
    ? ['WebGPU is there in secure contexts only: HTTPS or localhost. Node needs the package webgpu as well: npm install webgpu.']
    : []),
];
