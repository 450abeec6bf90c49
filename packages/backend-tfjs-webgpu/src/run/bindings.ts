import type { Block } from './buffers.ts';

/** Groups for changing buffers that are kept per binding: training alternates between a few sets of buffers. */
const GROUPS = 16;

/** The storage buffers of some dispatches, and the bind groups made for them. */
export class Bindings {
  readonly #create: (buffers: readonly GPUBuffer[]) => GPUBindGroup;
  readonly #groups = new Map<string, GPUBindGroup>();
  /** Positions of the buffers among the executable's storages. */
  readonly storages: readonly number[];

  constructor(storages: readonly number[], create: (buffers: readonly GPUBuffer[]) => GPUBindGroup) {
    this.storages = storages;
    this.#create = create;
  }

  /** The bind group for the buffers that the storages are in this run. */
  group(blocks: readonly Block[]): GPUBindGroup {
    const key = this.storages.map((storage) => blocks[storage]!.memory.id).join();
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group = this.#create(this.storages.map((storage) => blocks[storage]!.memory.buffer));
    if (this.#groups.size >= GROUPS) this.#groups.delete(this.#groups.keys().next().value!);
    this.#groups.set(key, group);
    return group;
  }
}
