import { LimitError } from '@nalu/core';
import { planMemory } from '@nalu/core/graph';
import type { Command, KernelCommand, Program } from './commands.ts';
import type { Variable } from './places.ts';

/** A buffer that kernels bind. */
export type Storage =
  /** All small values and all temporaries that fit. */
  | { readonly kind: 'arena' }
  /** The buffer of an input or output of the graph itself. */
  | { readonly kind: 'input' | 'output'; readonly index: number }
  /** A buffer of its own, shared by temporaries that do not live at the same time. */
  | { readonly kind: 'slot'; readonly slot: number };

export interface Address {
  /** Position in `storages`. */
  readonly storage: number;
  /** In numbers. */
  readonly offset: number;
}

export interface StorageLimits {
  /** Storage buffers that one kernel may bind. */
  readonly storages: number;
  /** Numbers in one binding. */
  readonly numbers: number;
}

export interface Layout {
  readonly storages: readonly Storage[];
  /** Per variable; undefined where nothing uses it. */
  readonly addresses: readonly (Address | undefined)[];
  /** Length of the arena in numbers. */
  readonly arena: number;
  /** Lengths of the slots in numbers. */
  readonly slots: readonly number[];
}

/** Inputs and outputs of so many numbers are bound as they are; smaller ones are copied into the arena. */
export const LARGE = 16_384;

/** Places in the arena begin at multiples of so many numbers: a cache line. */
const ALIGNMENT = 16;

const kernelsOf = (commands: readonly Command[]): readonly KernelCommand[] =>
  commands.flatMap((command) => {
    if (command.kind === 'loop') return kernelsOf(command.body);
    return command.kind === 'kernel' ? [command] : [];
  });

/** The variables that a kernel touches. */
export const variablesOf = ({ kernel, places }: KernelCommand): ReadonlySet<Variable> =>
  new Set(
    [...kernel.reads, ...kernel.segments.flatMap(({ writes }) => writes.map(({ value }) => value))].map(
      (value) => places[value]!.variable,
    ),
  );

const isUsed = ({ first, size }: Variable): boolean => first !== Infinity && size > 0;

/** Large inputs and outputs lie outside the arena, and what a library uses; the rest inside, where kernels bind one buffer. */
const outsiders = (program: Program, limits: StorageLimits): ReadonlySet<Variable> | undefined => {
  const used = program.variables.filter(isUsed);
  const outside = new Set(
    used.filter(({ alone, kind, size }) => alone || (size >= LARGE && (kind === 'input' || kind === 'output'))),
  );
  const kernels = kernelsOf(program.commands).map(variablesOf);
  /** Buffers that a kernel binds: the arena, and what lies outside. */
  const bound = (touched: ReadonlySet<Variable>): number => 1 + [...touched].filter((variable) => outside.has(variable)).length;
  for (const touched of kernels) {
    while (bound(touched) > limits.storages) {
      const movable = [...touched].filter((variable) => outside.has(variable) && !variable.alone);
      if (movable.length === 0) return undefined;
      outside.delete(movable.reduce((least, each) => (each.size < least.size ? each : least)));
    }
  }
  // What does not fit into one binding any more gets buffers of its own, the largest first.
  const inside = used.filter((variable) => !outside.has(variable)).sort((a, b) => b.size - a.size);
  while (arenaOf(inside, program).length > limits.numbers) {
    const moved = inside.findIndex(
      (variable) =>
        variable.kind === 'temporary' &&
        variable.size <= limits.numbers &&
        kernels.every((touched) => !touched.has(variable) || bound(touched) < limits.storages),
    );
    if (moved < 0) throw tooLarge(arenaOf(inside, program).length, limits);
    outside.add(inside[moved]!);
    inside.splice(moved, 1);
  }
  return outside;
};

const arenaOf = (inside: readonly Variable[], { end }: Program): ReturnType<typeof planMemory> =>
  planMemory(
    inside.map(({ size, kind, first, last }) => ({
      size,
      first: kind === 'input' || kind === 'constant' ? -1 : first,
      last: kind === 'output' || kind === 'constant' ? end + 1 : last,
    })),
    ALIGNMENT,
  );

const tooLarge = (numbers: number, limits: StorageLimits): LimitError =>
  new LimitError(
    `The graph's intermediate values take ${4 * numbers} bytes, but the device binds at most ${4 * limits.numbers} bytes at once. Use smaller batches or populations.`,
  );

/** Gives temporaries outside the arena buffers: one may follow another that is dead and of about its size. */
const slotsOf = (
  temporaries: readonly Variable[],
): { readonly slots: readonly number[]; readonly of: ReadonlyMap<Variable, number> } => {
  const slots: { size: number; free: number }[] = [];
  const of = new Map<Variable, number>();
  for (const variable of [...temporaries].sort((a, b) => a.first - b.first)) {
    const fits = ({ size, free }: { size: number; free: number }): boolean =>
      free < variable.first && size >= variable.size && size <= 2 * variable.size;
    const known = slots.findIndex(fits);
    const slot = known >= 0 ? known : slots.push({ size: variable.size, free: 0 }) - 1;
    slots[slot]!.free = variable.last;
    of.set(variable, slot);
  }
  return { slots: slots.map(({ size }) => size), of };
};

/**
 * Gives every variable of a program its place. Undefined when a kernel would have to bind more buffers than the device
 * allows, because of values that a library uses whole.
 *
 * @throws LimitError when the arena would be larger than the device binds.
 */
export const layoutOf = (program: Program, limits: StorageLimits): Layout | undefined => {
  const outside = outsiders(program, limits);
  if (outside === undefined) return undefined;
  const inside = program.variables.filter((variable) => isUsed(variable) && !outside.has(variable));
  const arena = arenaOf(inside, program);
  const { slots, of } = slotsOf([...outside].filter(({ kind }) => kind === 'temporary'));
  const storages: Storage[] = [{ kind: 'arena' }, ...slots.map((_, slot) => ({ kind: 'slot', slot }) as const)];
  const addresses: (Address | undefined)[] = program.variables.map(() => undefined);
  inside.forEach((variable, i) => (addresses[variable.id] = { storage: 0, offset: arena.offsets[i]! }));
  for (const variable of outside) {
    const slot = of.get(variable);
    const storage =
      slot === undefined ? storages.push({ kind: variable.kind as 'input' | 'output', index: variable.index! }) - 1 : 1 + slot;
    addresses[variable.id] = { storage, offset: 0 };
  }
  return { storages, addresses, arena: arena.length, slots };
};
