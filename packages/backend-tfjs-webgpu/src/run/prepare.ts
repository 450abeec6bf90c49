import type { Command, KernelCommand, LoopCommand, MatmulCommand } from '../layout/commands.ts';
import { variablesOf, type Layout } from '../layout/storages.ts';
import type { Place, Variable } from '../layout/places.ts';
import { compileMatmul } from '../tfjs/matmul.ts';
import type { Tfjs } from '../tfjs/tfjs.ts';
import { shader, workgroupGrid, type Location } from '../wgsl/shader.ts';
import { USAGE } from '../device/usage.ts';
import { Bindings } from './bindings.ts';
import type { SharedObjects } from './shared.ts';

export interface Dispatch {
  readonly kind: 'dispatch';
  readonly pipeline: GPUComputePipeline;
  readonly bindings: Bindings;
  readonly workgroups: readonly [number, number, number];
  /** How many loops surround it. */
  readonly loops: number;
}

export interface Loop {
  readonly kind: 'loop';
  readonly length: number;
  readonly body: readonly Action[];
}

/** What is recorded when an executable runs. */
export type Action = Dispatch | Loop;

/** Makes commands ready to run: shaders are compiled, all at the same time. */
export class Preparation {
  readonly #shared: SharedObjects;
  readonly #layout: Layout;
  readonly #tfjs: () => Promise<Tfjs>;
  readonly #bindings = new Map<string, Bindings>();
  /** Uniforms of matrix products. */
  readonly buffers: GPUBuffer[] = [];

  constructor(shared: SharedObjects, layout: Layout, tfjs: () => Promise<Tfjs>) {
    this.#shared = shared;
    this.#layout = layout;
    this.#tfjs = tfjs;
  }

  actions(commands: readonly Command[], loops: number = 0): Promise<readonly Action[]> {
    return Promise.all(
      commands.map((command): Promise<Action> => {
        if (command.kind === 'kernel') return this.#kernel(command);
        return command.kind === 'matmul' ? this.#matmul(command, loops) : this.#loop(command, loops);
      }),
    );
  }

  async #loop({ length, body }: LoopCommand, loops: number): Promise<Loop> {
    return { kind: 'loop', length, body: await this.actions(body, loops + 1) };
  }

  #storageOf(variable: Variable): number {
    return this.#layout.addresses[variable.id]!.storage;
  }

  async #kernel(command: KernelCommand): Promise<Dispatch> {
    const { kernel, places, loops } = command;
    const written = new Set(
      kernel.segments.flatMap(({ writes }) => writes.map(({ value }) => this.#storageOf(places[value]!.variable))),
    );
    const storages = [...new Set([...variablesOf(command)].map((variable) => this.#storageOf(variable)))].sort((a, b) => a - b);
    const access = storages.map((storage) => (written.has(storage) ? 'w' : 'r')).join('');
    const locate = (value: number): Location => {
      const { variable, start, terms, limits }: Place = places[value]!;
      const { storage, offset } = this.#layout.addresses[variable.id]!;
      return { binding: storages.indexOf(storage), offset: offset + start, terms, limits };
    };
    const code = shader(kernel, { storages: [...access].map((each) => ({ written: each === 'w' })), loops, locate });
    const [x, y] = workgroupGrid(kernel, this.#shared.device.limits.maxComputeWorkgroupsPerDimension);
    return {
      kind: 'dispatch',
      pipeline: await this.#shared.pipeline(code, access, loops),
      bindings: this.#bindingsOf(storages, access),
      workgroups: [x, y, 1],
      loops,
    };
  }

  #bindingsOf(storages: readonly number[], access: string): Bindings {
    const key = `${storages} ${access}`;
    const known = this.#bindings.get(key);
    if (known !== undefined) return known;
    const { device } = this.#shared;
    const layout = this.#shared.storageLayout(access);
    const bindings = new Bindings(storages, (buffers) =>
      device.createBindGroup({ layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) }),
    );
    this.#bindings.set(key, bindings);
    return bindings;
  }

  async #matmul(command: MatmulCommand, loops: number): Promise<Dispatch> {
    const { device, matmulPipelines } = this.#shared;
    const { pipeline, uniforms, workgroups } = await compileMatmul(await this.#tfjs(), device, matmulPipelines, command);
    const uniform = device.createBuffer({ size: uniforms.byteLength, usage: USAGE.uniform | USAGE.copyTarget });
    device.queue.writeBuffer(uniform, 0, uniforms);
    this.buffers.push(uniform);
    const layout = pipeline.getBindGroupLayout(0);
    const storages = [command.out, command.a, command.b].map((variable) => this.#storageOf(variable));
    const bindings = new Bindings(storages, (buffers) =>
      device.createBindGroup({
        layout,
        entries: [...buffers, uniform].map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
    );
    return { kind: 'dispatch', pipeline, bindings, workgroups, loops };
  }
}
