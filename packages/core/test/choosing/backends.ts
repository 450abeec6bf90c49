import { vi } from 'vitest';
import { backendFromKernels, hostBackend, arrayMemory, interpretedProgram, type KernelTable } from '../../src/backend.ts';
import { DeviceLostError } from '../../src/errors.ts';
import { BackendUnavailableError, type Backend } from '../../src/index.ts';
import type { FloatArray } from '../../src/graph.ts';

/** A backend of reference kernels that keeps count of how often it is disposed of. */
export class Probe {
  disposed = 0;
  made = 0;
  readonly #make: () => Backend;

  constructor(make: () => Backend) {
    this.#make = make;
  }

  readonly create = (): Backend => {
    this.made++;
    const backend = this.#make();
    return {
      ...backend,
      dispose: async () => {
        this.disposed++;
        await backend.dispose();
      },
    };
  };
}

export const sound = (name = 'sound', kernels: KernelTable = {}): Probe =>
  new Probe(() => backendFromKernels({ name, device: 'host', runtime: 'node' }, kernels));

const spin = (milliseconds: number): void => {
  for (const start = performance.now(); performance.now() - start < milliseconds;);
};

/** Correct, and slow: every run takes so many milliseconds. */
export const slow = (milliseconds: number): Probe =>
  new Probe(() => {
    const { info } = backendFromKernels({ name: 'slow', device: 'host', runtime: 'node' }, {});
    return hostBackend<FloatArray>({
      info,
      memory: arrayMemory,
      compile: async (graph, precision) => {
        const program = interpretedProgram(graph, precision);
        return {
          ...program,
          run: (inputs, outputs) => {
            spin(milliseconds);
            program.run(inputs, outputs);
          },
        };
      },
      dispose: () => {},
    });
  });

/** Computes exp a percent too large. */
export const wrong = (): Probe =>
  sound('wrong', { exp: (out, [x]) => x!.forEach((value, i) => (out[i] = 1.01 * Math.exp(value))) });

/** Throws in every exp, after the proof that it can compute. */
export const failing = (): Probe =>
  sound('failing', {
    exp: () => {
      throw new Error('out of luck');
    },
  });

export const unavailable = (): Backend => {
  throw new BackendUnavailableError('webgpu', 'this browser has no WebGPU.', 'Use Chromium 113 or later.');
};

/** Synchronising fails after so many times. */
export const losesDevice = (after: number): Probe =>
  new Probe(() => {
    const backend = sound('lost').create();
    let left = after;
    return {
      ...backend,
      sync: async () => {
        if (left-- <= 0) throw new DeviceLostError('lost', 'the driver was restarted.');
      },
    };
  });

/** An answer that does not come; the (faked) clock goes on by a minute meanwhile. */
export const never = <T>(): Promise<T> => {
  queueMicrotask(() => void vi.advanceTimersByTime(60_000));
  return new Promise(() => {});
};
