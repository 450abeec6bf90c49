import type { Graph } from './graph.ts';

/** A value that occupies memory from the step that writes it to the last step that reads it, both included. */
export interface Lifetime {
  readonly size: number;
  readonly first: number;
  readonly last: number;
}

/** Where each value lies in one block of memory. */
export interface MemoryPlan {
  /** Per value, in the order given. */
  readonly offsets: readonly number[];
  /** Length of the block. */
  readonly length: number;
  /** The largest sum of sizes that are alive at one time: no plan can do with less. */
  readonly peak: number;
}

/** Per node: the last node that reads it, its own id if none does, and Infinity for outputs of the graph. */
export const lastUses = (graph: Graph): readonly number[] => {
  const last = graph.nodes.map((_, id) => id);
  graph.nodes.forEach((node, id) => node.inputs.forEach((input) => (last[input] = id)));
  graph.outputs.forEach((id) => (last[id] = Infinity));
  return last;
};

const overlap = (a: Lifetime, b: Lifetime): boolean => a.first <= b.last && b.first <= a.last;

const peakOf = (lifetimes: readonly Lifetime[]): number =>
  lifetimes.reduce((peak, { first }) => {
    const alive = lifetimes.reduce(
      (total, other) => (other.first <= first && first <= other.last ? total + other.size : total),
      0,
    );
    return Math.max(peak, alive);
  }, 0);

/**
 * Gives every value a place, reusing the places of values that are dead: largest first, each at the lowest offset that is
 * free during its whole life. Places begin at multiples of `align` numbers.
 */
export const planMemory = (lifetimes: readonly Lifetime[], align: number = 1): MemoryPlan => {
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const placed: number[] = [];
  const order = lifetimes.map((_, i) => i).sort((a, b) => lifetimes[b]!.size - lifetimes[a]!.size || a - b);
  let length = 0;
  for (const i of order) {
    const { size } = lifetimes[i]!;
    const taken = placed
      .filter((other) => overlap(lifetimes[other]!, lifetimes[i]!))
      .map((other) => ({ from: offsets[other]!, to: offsets[other]! + lifetimes[other]!.size }))
      .sort((a, b) => a.from - b.from);
    let at = 0;
    for (const { from, to } of taken) {
      if (at + size <= from) break;
      at = Math.max(at, Math.ceil(to / align) * align);
    }
    offsets[i] = at;
    length = Math.max(length, at + size);
    placed.push(i);
  }
  return { offsets, length, peak: peakOf(lifetimes) };
};
