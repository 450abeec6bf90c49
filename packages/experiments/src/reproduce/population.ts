import type { NamedTensor } from '@nalu/core';

/** Parameters of a population by path, [population, ...shape]; those of one network without the first axis. */
export type Population = ReadonlyMap<string, NamedTensor>;

const memberOf = (population: Population, member: number): Population =>
  new Map(
    [...population].map(([path, { shape, data }]) => {
      const size = data.length / shape[0]!;
      return [path, { shape: shape.slice(1), data: data.slice(member * size, (member + 1) * size) }];
    }),
  );

/** The networks of a population, one by one. */
export const membersOf = (population: Population): readonly Population[] => {
  const [first] = population.values();
  return Array.from({ length: first?.shape[0] ?? 0 }, (_, member) => memberOf(population, member));
};

/** Networks as one population. */
export const together = (members: readonly Population[]): Population =>
  new Map(
    [...(members[0] ?? [])].map(([path, { shape }]): [string, NamedTensor] => [
      path,
      {
        shape: [members.length, ...shape],
        data: Float64Array.from(members.flatMap((member) => Array.from(member.get(path)!.data))),
      },
    ]),
  );
