import { ArgumentError } from '../errors.ts';
import type { FloatArray } from '../ops/row.ts';
import { streamOf } from '../random/stream.ts';
import { showShape, sizeOf, type Shape } from '../tensor/shape.ts';
import type { StateLayout, StateLeaf } from './recipe.ts';
import { emptySelection, selectionLeaves } from './selection.ts';
import type { NamedTensor } from './snapshot.ts';

/** Values per member, keyed by the names of the leaves. */
export type HostState = ReadonlyMap<string, NamedTensor>;

export interface Members {
  readonly population: number;
  /** Global index of the first member: members that are trained elsewhere draw other numbers. */
  readonly firstMember: number;
}

const forMembers = (population: number, shape: Shape, fill: (member: number) => ArrayLike<number>): NamedTensor => {
  const size = sizeOf(shape);
  const data = new Float64Array(population * size);
  for (let member = 0; member < population; member++) data.set(fill(member), member * size);
  return { shape: [population, ...shape], data };
};

const filled = (population: number, { shape }: StateLeaf, value: number): NamedTensor => ({
  shape: [population, ...shape],
  data: new Float64Array(population * sizeOf(shape)).fill(value),
});

const givenParameter = (path: string, shape: Shape, given: FloatArray, population: number): NamedTensor => {
  const wanted = [population, ...shape];
  if (given.length !== sizeOf(wanted)) {
    throw new ArgumentError(
      `The initial values of "${path}" must have shape ${showShape(wanted)}, ${sizeOf(wanted)} numbers, but ${given.length} were given.`,
    );
  }
  return { shape: wanted, data: given };
};

/**
 * State and selection before the first step. Parameters come from their initialisers with the key (seed, global member,
 * stream of the path), or from `initial`, by path.
 */
export const initialState = (
  layout: StateLayout,
  seed: number,
  { population, firstMember }: Members,
  initial: ReadonlyMap<string, FloatArray>,
): HostState => {
  const unknown = [...initial.keys()].find((path) => !layout.params.some((param) => param.path === path));
  if (unknown !== undefined)
    throw new ArgumentError(
      `The module has no parameter "${unknown}". Its parameters are ${layout.params.map(({ path }) => `"${path}"`).join(', ')}.`,
    );
  const state = new Map<string, NamedTensor>();
  for (const { path, spec } of layout.params) {
    const given = initial.get(path);
    const stream = streamOf(`parameter/${path}`);
    const value =
      given === undefined
        ? forMembers(population, spec.shape, (member) =>
            spec.init.values(spec.shape, { seed, member: firstMember + member, stream }),
          )
        : givenParameter(path, spec.shape, given, population);
    state.set(`parameter/${path}`, value);
    state.set(`best/${path}`, value);
  }
  for (const leaf of [...layout.leaves, ...selectionLeaves(layout)]) {
    if (!state.has(leaf.name)) state.set(leaf.name, filled(population, leaf, emptySelection[leaf.name] ?? 0));
  }
  return state;
};
