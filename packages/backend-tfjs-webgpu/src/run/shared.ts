import { LOOP_TABLE } from '../wgsl/shader.ts';
import type { MatmulPipelines } from '../tfjs/matmul.ts';
import { STAGE_COMPUTE, USAGE } from '../device/usage.ts';

/** Bytes between two entries of the table of loop counters: what dynamic offsets must be multiples of. */
export const COUNTER_STRIDE = 256;

/** Pipelines that are kept: those used last. */
const PIPELINES = 512;

/** `r` and `w` per storage buffer: whether a kernel only reads it. */
export type Access = string;

/** What all executables of a device share: pipelines of the same source, layouts, the table of loop counters. */
export class SharedObjects {
  readonly device: GPUDevice;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #storageLayouts = new Map<Access, GPUBindGroupLayout>();
  readonly #loopLayouts: GPUBindGroupLayout[] = [];
  readonly #loopGroups: GPUBindGroup[] = [];
  readonly matmulPipelines: MatmulPipelines = {};
  #counters: GPUBuffer | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
  }

  storageLayout(access: Access): GPUBindGroupLayout {
    const known = this.#storageLayouts.get(access);
    if (known !== undefined) return known;
    const layout = this.device.createBindGroupLayout({
      entries: [...access].map((each, binding) => ({
        binding,
        visibility: STAGE_COMPUTE,
        buffer: { type: each === 'w' ? 'storage' : 'read-only-storage' },
      })),
    });
    this.#storageLayouts.set(access, layout);
    return layout;
  }

  /** Counters of so many loops, innermost last; two bindings each. */
  #loopLayout(loops: number): GPUBindGroupLayout {
    return (this.#loopLayouts[loops] ??= this.device.createBindGroupLayout({
      entries: Array.from({ length: 2 * loops }, (_, binding) => ({
        binding,
        visibility: STAGE_COMPUTE,
        buffer: { type: 'uniform', hasDynamicOffset: true },
      })),
    }));
  }

  /** Entry i of the table is i. */
  #table(): GPUBuffer {
    if (this.#counters !== undefined) return this.#counters;
    const words = COUNTER_STRIDE / 4;
    const table = new Int32Array(LOOP_TABLE * words);
    for (let i = 0; i < LOOP_TABLE; i++) table[i * words] = i;
    this.#counters = this.device.createBuffer({ size: table.byteLength, usage: USAGE.uniform | USAGE.copyTarget });
    this.device.queue.writeBuffer(this.#counters, 0, table);
    return this.#counters;
  }

  loopGroup(loops: number): GPUBindGroup {
    return (this.#loopGroups[loops] ??= this.device.createBindGroup({
      layout: this.#loopLayout(loops),
      entries: Array.from({ length: 2 * loops }, (_, binding) => ({ binding, resource: { buffer: this.#table(), size: 16 } })),
    }));
  }

  pipeline(code: string, access: Access, loops: number): Promise<GPUComputePipeline> {
    const known = this.#pipelines.get(code);
    // Deleted and set again, so that the first of the map is the one that was not used for longest.
    this.#pipelines.delete(code);
    const pipeline = known ?? this.#createPipeline(code, access, loops);
    this.#pipelines.set(code, pipeline);
    if (this.#pipelines.size > PIPELINES) this.#pipelines.delete(this.#pipelines.keys().next().value!);
    return pipeline;
  }

  async #createPipeline(code: string, access: Access, loops: number): Promise<GPUComputePipeline> {
    const storages = this.storageLayout(access);
    const layout = this.device.createPipelineLayout({
      bindGroupLayouts: loops === 0 ? [storages] : [storages, this.#loopLayout(loops)],
    });
    const module = this.device.createShaderModule({ code });
    try {
      return await this.device.createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main' } });
    } catch (error) {
      this.#pipelines.delete(code);
      throw error;
    }
  }

  dispose(): void {
    this.#counters?.destroy();
    this.#pipelines.clear();
  }
}
