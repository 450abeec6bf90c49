import { assertTensorFits } from '@nalu/core/backend';
import type { Kernel, KernelPlan } from '@nalu/core/kernels';
import type { Engine, Launch, Parameter } from '../engines/engine.ts';
import { BACKEND } from '../errors.ts';
import { layoutOf, printKernel, readsOf, type Place } from '../printing/kernel.ts';
import { sliceOf, type Slice } from './storage.ts';

/** Values of a plan while it runs, by id. */
export type Values<H> = (Slice<H> | undefined)[];

/** A step that reads values and puts those that it computes among them. */
export interface Step<H> {
  run(values: Values<H>): void;
  readonly workingBytes: number;
  dispose(): void;
}

/** Where values lie before anything runs: the storage that a value shares with others, and its offset in it. */
export type Layout = readonly ({ readonly storage: string; readonly offset: number } | undefined)[];

interface Signature<H> {
  readonly parameters: readonly Parameter[];
  readonly places: ReadonlyMap<number, Place>;
  /** The argument of each parameter. */
  readonly fetch: readonly ((values: Values<H>) => H | number)[];
}

/** Every value is an argument. */
const byValue = <H>(plan: KernelPlan, reads: readonly number[], part: NonNullable<Engine<H>['part']>): Signature<H> => ({
  parameters: reads.map((id, i) => ({ name: `a${i}`, kind: 'array', size: plan.values[id]!.size })),
  places: new Map(reads.map((id, i) => [id, { parameter: `a${i}`, start: 0 }])),
  fetch: reads.map((id) => (values) => {
    const { storage, offset, size } = values[id]!;
    return part(storage!.array, offset, size);
  }),
});

/** Storages are arguments: one for all values whose places in it are known, and one with an offset for every other value. */
const byStorage = <H>(plan: KernelPlan, reads: readonly number[], layout: Layout): Signature<H> => {
  const arrays: Parameter[] = [];
  const offsets: Parameter[] = [];
  const fetchArrays: ((values: Values<H>) => H)[] = [];
  const fetchOffsets: ((values: Values<H>) => number)[] = [];
  const places = new Map<number, Place>();
  const shared = new Map<string, string>();
  for (const id of reads) {
    const known = layout[id];
    let parameter = known === undefined ? undefined : shared.get(known.storage);
    if (parameter === undefined) {
      parameter = `a${arrays.length}`;
      arrays.push({ name: parameter, kind: 'array', size: plan.values[id]!.size });
      fetchArrays.push((values) => values[id]!.storage!.array);
      if (known !== undefined) shared.set(known.storage, parameter);
    }
    if (known !== undefined) {
      places.set(id, { parameter, start: known.offset });
      continue;
    }
    const offset = `o${offsets.length}`;
    offsets.push({ name: offset, kind: 'integer', size: 1 });
    fetchOffsets.push((values) => values[id]!.offset);
    places.set(id, { parameter, start: 0, offset });
  }
  return { parameters: [...arrays, ...offsets], places, fetch: [...fetchArrays, ...fetchOffsets] };
};

/**
 * A kernel of a plan as a step.
 *
 * @throws LimitError when its output is larger than the device allows.
 */
export const compileCall = async <H>(engine: Engine<H>, plan: KernelPlan, kernel: Kernel, layout: Layout): Promise<Step<H>> => {
  const { starts, size } = layoutOf(kernel);
  assertTensorFits(BACKEND, [size], 4 * engine.maxElements);
  const reads = readsOf(kernel);
  const { parameters, places, fetch } =
    engine.part === undefined ? byStorage<H>(plan, reads, layout) : byValue(plan, reads, engine.part);
  const printed = printKernel(
    kernel,
    engine.dialect,
    parameters.map(({ name }) => name),
    (position) => places.get(kernel.reads[position]!)!,
  );
  const launch: Launch<H> = await engine.createKernel(printed, parameters);
  const writes = kernel.segments.map(({ size: length, writes: [write] }, i) => ({
    value: write!.value,
    offset: starts[i]!,
    size: length,
  }));
  const args: (H | number)[] = [];
  return {
    run: (values) => {
      fetch.forEach((argument, i) => (args[i] = argument(values)));
      const storage = { array: launch.run(args), users: 0 };
      for (const { value, offset, size: length } of writes) values[value] = sliceOf(storage, offset, length);
    },
    workingBytes: launch.workingBytes,
    dispose: () => launch.dispose(),
  };
};
