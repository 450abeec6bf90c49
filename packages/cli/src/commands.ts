import type { Define } from './context.ts';

/** A command as the list of commands shows it. */
export interface CommandEntry {
  readonly name: string;
  readonly argument?: string;
  readonly description: string;
  /** Everything else about it, with what it computes with: loaded only when the command is named. */
  readonly load: () => Promise<Define>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    description: 'Learn the six functions of the article on js and tfjs-wasm, and show what was learned.',
    load: async () => (await import('./commands/start.ts')).defineStart,
  },
  {
    name: 'fit',
    argument: '[function]',
    description: "Learn a function, or somebody's measurements, with many seeds at once, and read the result back as a formula.",
    load: async () => (await import('./commands/fit.ts')).defineFit,
  },
  {
    name: 'reproduce',
    argument: '[experiment]',
    description: 'Make a published experiment again: its protocol, its criterion, and the published figure beside ours.',
    load: async () => (await import('./commands/reproduce.ts')).defineReproduce,
  },
  {
    name: 'backends',
    description:
      'List the backends and their modes, whether they run here, on which device, and if not, why and what would help.',
    load: async () => (await import('./commands/backends.ts')).defineBackends,
  },
  {
    name: 'bench',
    description:
      'Measure training steps on backends beside the baselines: a plain loop, tfjs with autodiff, tfjs tuned by hand; beside tfjs-webgpu tfjs on WebGPU too, and beside gpu.js a pipeline written for it by hand. Or compare two saved runs.',
    load: async () => (await import('./commands/bench.ts')).defineBench,
  },
  {
    name: 'conformance',
    description: 'Check one backend against the contract: values, derivatives, memory, random numbers, training.',
    load: async () => (await import('./commands/conformance.ts')).defineConformance,
  },
];
