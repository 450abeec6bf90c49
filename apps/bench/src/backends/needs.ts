import type { PageHost } from '../shell/host.ts';

/** Something that a place may lack or forbid. */
export type Need = 'webgpu' | 'webgl2' | 'webgl' | 'webassembly' | 'generatedCode';

interface NeedFacts {
  readonly title: string;
  /** What a Content-Security-Policy must have in its `script-src` beside `'self'`; null where it need not allow anything. */
  readonly source: string | null;
  readonly isMet: (host: PageHost) => boolean;
  /** The sentence for a browser that lacks it. */
  readonly lacking: string;
}

export const needs: { readonly [N in Need]: NeedFacts } = {
  webgpu: {
    title: 'WebGPU',
    source: null,
    isMet: ({ webgpu }) => webgpu !== null,
    lacking: 'This browser offers no WebGPU adapter.',
  },
  webgl2: {
    title: 'WebGL 2',
    source: null,
    isMet: ({ webgl2 }) => webgl2 !== null,
    lacking: 'This browser has no WebGL 2.',
  },
  webgl: {
    title: 'WebGL',
    source: null,
    isMet: ({ webgl }) => webgl,
    lacking: 'This browser has no WebGL.',
  },
  webassembly: {
    title: 'WebAssembly with SIMD',
    source: "'wasm-unsafe-eval'",
    isMet: ({ webassembly }) => webassembly,
    lacking: 'This browser has no WebAssembly with SIMD, or this page may not compile it.',
  },
  generatedCode: {
    title: 'generated JavaScript',
    source: "'unsafe-eval'",
    isMet: ({ generatedCode }) => generatedCode,
    lacking: 'The security policy of this page forbids generated code.',
  },
};
