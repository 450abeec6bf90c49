import type * as Tfjs from '@tensorflow/tfjs';
import type { Unit } from '../roofline/peaks.ts';
import { startWebGpu } from './webgpu/webgpu.ts';

/** A backend of tfjs's own. Several may be loaded in one process; a column puts its own in charge whenever it runs. */
export interface TfjsBackend {
  /** As tfjs calls it. */
  readonly name: string;
  /** What the column's name ends with. */
  readonly suffix: string;
  /** Loads the package, and resolves to what it computes on, for people. It throws where that is known to be impossible. */
  load(tf: typeof Tfjs): Promise<() => string>;
  /** What one core computes with; null for a GPU. */
  readonly unit: Unit | null;
  /** Whether kernels only enqueue their work. */
  readonly isAsynchronous: boolean;
}

/** tfjs's single-threaded build with SIMD or without, whichever it chooses. */
export const tfjsWasm: TfjsBackend = {
  name: 'wasm',
  suffix: '',
  unit: 'webassembly',
  isAsynchronous: false,
  load: async (tf) => {
    await import('@tensorflow/tfjs-backend-wasm');
    return () => `wasm${tf.env().getBool('WASM_HAS_SIMD_SUPPORT') ? ' simd' : ''}`;
  },
};

export const tfjsWebgpu: TfjsBackend = {
  name: 'webgpu',
  suffix: ':webgpu',
  unit: null,
  isAsynchronous: true,
  load: async (tf) => {
    // The package registers its backend only where navigator.gpu is there when it is loaded.
    const adapter = await startWebGpu();
    await import('@tensorflow/tfjs-backend-webgpu');
    // By default tfjs computes small operations in JavaScript instead.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    return () => `webgpu on ${adapter}, no forwarding to the CPU`;
  },
};
