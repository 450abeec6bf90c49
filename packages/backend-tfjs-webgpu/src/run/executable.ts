import { LimitError } from '@nalu/core';
import type { DeviceProgram } from '@nalu/core/backend';
import { planReport, type KernelPlan } from '@nalu/core/kernels';
import { programOf, type Program, type Transfer } from '../layout/commands.ts';
import type { Variable } from '../layout/places.ts';
import { layoutOf, type Layout, type StorageLimits } from '../layout/storages.ts';
import type { Tfjs } from '../tfjs/tfjs.ts';
import { LOOP_TABLE } from '../wgsl/shader.ts';
import { checkOf, type Block, type BufferPool } from './buffers.ts';
import { DeviceClock } from './deviceClock.ts';
import type { SharedObjects } from './shared.ts';
import { Preparation } from './prepare.ts';
import { Recording } from './record.ts';

/** What executables are made with. */
export interface Workshop {
  readonly shared: SharedObjects;
  readonly pool: BufferPool;
  readonly limits: StorageLimits;
  readonly tfjs: () => Promise<Tfjs>;
  /** Resolves when the device is gone. */
  readonly gone: Promise<void>;
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

const ARENA = 0;

/** A copy between the buffer of an input or output and one of the executable's storages. */
interface Stage {
  /** Position among the inputs or outputs. */
  readonly index: number;
  readonly storage: number;
  readonly offset: number;
  readonly elements: number;
}

/** What has to be copied between the graph's own buffers and the executable's. */
const stagesOf = (variables: readonly Variable[], transfers: readonly Transfer[], { addresses }: Layout): readonly Stage[] => {
  const residents = variables.flatMap(({ id, size }, index) => {
    const address = addresses[id];
    return address?.storage === ARENA ? [{ index, ...address, elements: size }] : [];
  });
  const transferred = transfers.flatMap(({ index, variable, start, elements }) => {
    const address = addresses[variable.id];
    return address === undefined ? [] : [{ index, storage: address.storage, offset: address.offset + start, elements }];
  });
  return [...residents, ...transferred];
};

/** All the blocks or, where one cannot be had, none. */
const takeAll = (pool: BufferPool, sizes: readonly number[]): readonly Block[] => {
  const blocks: Block[] = [];
  try {
    for (const size of sizes) blocks.push(pool.take(size));
  } catch (error) {
    for (const block of blocks) pool.release(block);
    throw error;
  }
  return blocks;
};

const writeConstants = (device: GPUDevice, { variables }: Program, { addresses }: Layout, arena: Block): void => {
  for (const { id, kind, data } of variables) {
    const address = addresses[id];
    if (kind === 'constant' && address !== undefined)
      device.queue.writeBuffer(arena.memory.buffer, 4 * address.offset, Float32Array.from(data!));
  }
};

/** Compiles a plan. */
export const executableOf = async (
  plan: KernelPlan,
  { shared, pool, limits, tfjs, gone }: Workshop,
): Promise<DeviceProgram<Block>> => {
  checkLoops(plan);
  const { program, layout } = arrange(plan, limits);
  const preparation = new Preparation(shared, layout, tfjs);
  const actions = await preparation.actions(program.commands);
  const [arena, ...slots] = takeAll(pool, [layout.arena, ...layout.slots]) as readonly [Block, ...Block[]];
  writeConstants(shared.device, program, layout, arena);
  const working = [arena, ...slots].reduce((total, { memory }) => total + memory.bytes, 0);
  const before = stagesOf(program.inputs, program.incoming, layout);
  const after = stagesOf(program.outputs, program.outgoing, layout);
  const outputSizes = program.outputs.map(({ size }) => size);
  const clock = shared.device.features.has('timestamp-query') ? new DeviceClock(shared.device, gone) : undefined;
  let live = true;

  const blocksFor = (given: readonly Block[], made: readonly Block[]): readonly Block[] =>
    layout.storages.map((storage) => {
      if (storage.kind === 'arena') return arena;
      if (storage.kind === 'slot') return slots[storage.slot]!;
      return (storage.kind === 'input' ? given : made)[storage.index]!;
    });

  return {
    run: (given) => {
      const made = takeAll(pool, outputSizes);
      const blocks = blocksFor(given, made);
      const recording = new Recording(shared, blocks, clock);
      for (const { index, storage, offset, elements } of before)
        recording.copy({ from: given[index]!, fromOffset: 0, to: blocks[storage]!, toOffset: offset, elements });
      recording.run(actions);
      for (const { index, storage, offset, elements } of after)
        recording.copy({ from: blocks[storage]!, fromOffset: offset, to: made[index]!, toOffset: 0, elements });
      recording.finish();
      const failure = checkOf([...given, ...made, arena, ...slots]);
      return failure === undefined ? { outputs: made } : { outputs: made, failure };
    },
    ...(clock === undefined ? {} : { deviceMilliseconds: () => clock.read() }),
    report: planReport(plan, working, 'native'),
    get workingBytes() {
      return live ? working : 0;
    },
    dispose: () => {
      if (!live) return;
      live = false;
      for (const block of [arena, ...slots]) pool.release(block);
      for (const buffer of preparation.buffers) buffer.destroy();
      clock?.dispose();
    },
  };
};
