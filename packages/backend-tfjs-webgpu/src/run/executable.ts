import { LimitError } from '@nalu/core';
import type { DeviceProgram } from '@nalu/core/backend';
import { planReport, type KernelPlan } from '@nalu/core/kernels';
import { programOf, type Program } from '../layout/commands.ts';
import { layoutOf, type Layout, type StorageLimits } from '../layout/storages.ts';
import type { Tfjs } from '../tfjs/tfjs.ts';
import { LOOP_TABLE } from '../wgsl/shader.ts';
import type { Block, BufferPool } from './buffers.ts';
import type { SharedObjects } from './shared.ts';
import { Preparation, type Action } from './prepare.ts';
import { Recording, type Copy } from './record.ts';

/** What executables are made with. */
export interface Workshop {
  readonly shared: SharedObjects;
  readonly pool: BufferPool;
  readonly limits: StorageLimits;
  readonly tfjs: () => Promise<Tfjs>;
}

const LONGEST_LOOP = LOOP_TABLE ** 2;

const checkLoops = ({ steps }: KernelPlan): void => {
  for (const step of steps) {
    if (step.kind !== 'scan') continue;
    if (step.length > LONGEST_LOOP)
      throw new LimitError(
        `A scan of ${step.length} steps is longer than ${LONGEST_LOOP}, the most in one call. Call it several times.`,
      );
    checkLoops(step.body);
  }
};

const arrange = (plan: KernelPlan, limits: StorageLimits): { readonly program: Program; readonly layout: Layout } => {
  for (const alone of [true, false]) {
    const program = programOf(plan, alone);
    const layout = layoutOf(program, limits);
    if (layout !== undefined) return { program, layout };
  }
  throw new LimitError(
    `The graph has a kernel for more than ${limits.storages} storage buffers, the most that the device binds.`,
  );
};

/** The blocks of an executable between its runs. */
interface Working {
  readonly arena: Block;
  readonly slots: readonly Block[];
}

const ARENA = 0;

const writeConstants = (device: GPUDevice, { variables }: Program, { addresses }: Layout, arena: Block): void => {
  for (const { id, kind, data } of variables) {
    const address = addresses[id];
    if (kind === 'constant' && address !== undefined)
      device.queue.writeBuffer(arena.buffer, 4 * address.offset, Float32Array.from(data!));
  }
};

/** Compiles a plan. */
export const executableOf = async (plan: KernelPlan, { shared, pool, limits, tfjs }: Workshop): Promise<DeviceProgram<Block>> => {
  checkLoops(plan);
  const { program, layout } = arrange(plan, limits);
  const preparation = new Preparation(shared, layout, tfjs);
  const actions: readonly Action[] = await preparation.actions(program.commands);
  const working: Working = { arena: pool.take(layout.arena), slots: layout.slots.map((size) => pool.take(size)) };
  const held = [working.arena, ...working.slots];
  writeConstants(shared.device, program, layout, working.arena);
  const workingBytes = held.reduce((total, { bytes }) => total + bytes, 0);
  let live = true;

  const inArena = (id: number): number | undefined => {
    const address = layout.addresses[id];
    return address?.storage === ARENA ? address.offset : undefined;
  };
  const staged = program.inputs.flatMap(({ id, size }, i) => {
    const offset = inArena(id);
    return offset === undefined
      ? []
      : [
          (given: readonly Block[]): Copy => ({
            from: given[i]!,
            fromOffset: 0,
            to: working.arena,
            toOffset: offset,
            elements: size,
          }),
        ];
  });
  const copiedOut = program.outputs.flatMap(({ id, size }, i) => {
    const offset = inArena(id);
    return offset === undefined
      ? []
      : [
          (made: readonly Block[]): Copy => ({
            from: working.arena,
            fromOffset: offset,
            to: made[i]!,
            toOffset: 0,
            elements: size,
          }),
        ];
  });

  const blocksFor = (given: readonly Block[], made: readonly Block[]): readonly Block[] =>
    layout.storages.map((storage) => {
      if (storage.kind === 'arena') return working.arena;
      if (storage.kind === 'slot') return working.slots[storage.slot]!;
      return (storage.kind === 'input' ? given : made)[storage.index]!;
    });

  return {
    run: (given) => {
      const made: Block[] = [];
      try {
        for (const { size } of program.outputs) made.push(pool.take(size));
        const recording = new Recording(shared, blocksFor(given, made));
        for (const copy of staged) recording.copy(copy(given));
        recording.run(actions);
        for (const copy of copiedOut) recording.copy(copy(made));
        recording.submit();
      } catch (error) {
        for (const block of made) pool.release(block);
        throw error;
      }
      return { outputs: made };
    },
    report: planReport(plan, workingBytes, 'native'),
    get workingBytes() {
      return live ? workingBytes : 0;
    },
    dispose: () => {
      if (!live) return;
      live = false;
      for (const block of held) pool.release(block);
      for (const buffer of preparation.buffers) buffer.destroy();
    },
  };
};
