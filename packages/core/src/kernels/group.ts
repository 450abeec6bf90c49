import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { PlanDraft } from './draft.ts';
import type { KernelLimits } from './ir.ts';
import type { Target } from './lower.ts';
import { copyPart, type Part } from './part.ts';
import { isCostly, type Cone } from './storage.ts';

/** Segments of more elements run as kernels of their own. */
const LARGE = 65_536;

interface Group {
  readonly size: number;
  readonly targets: Target[];
  readonly costly: Set<number>;
}

/** Results of one level that the same threads should compute: of one size, and with work in common. */
export const shareThreads = (
  graph: Graph,
  targets: readonly Target[],
  coneOf: (target: Target) => Cone,
): readonly (readonly Target[])[] => {
  const groups: Group[] = [];
  for (const target of targets) {
    const size = sizeOf(graph.nodes[target.node]!.shape);
    const costly = [...coneOf(target).computed.keys()].filter((id) => isCostly(graph.nodes[id]!.op));
    const group = groups.find((each) => each.size === size && costly.some((id) => each.costly.has(id)));
    if (group === undefined) groups.push({ size, targets: [target], costly: new Set(costly) });
    else {
      group.targets.push(target);
      costly.forEach((id) => group.costly.add(id));
    }
  }
  return groups.map((group) => group.targets);
};

/**
 * A part that touches no more storages than a kernel may: what it reads is copied together first, as many storages at a
 * time as fit. `copies` remembers where a value was copied to.
 */
export const withinLimits = (draft: PlanDraft, limits: KernelLimits, copies: Map<number, number>, part: Part): Part => {
  let { reads } = part;
  while (!draft.fits([{ ...part, reads }])) {
    const gathered = new Set([...draft.storagesOf(reads)].slice(0, limits.storages - 1));
    const moved = reads.filter((value) => [...draft.storagesOf([value])].some((storage) => gathered.has(storage)));
    const parts = moved.map((value) => {
      const { size } = draft.values[value]!;
      const copy = draft.newValue(size, { kind: 'temporary' });
      copies.set(value, copy);
      return copyPart(value, copy, size);
    });
    draft.addKernel(parts);
    reads = reads.map((value) => copies.get(value) ?? value);
  }
  return { ...part, reads };
};

const sizeOfPart = ({ segment }: Part): number => segment.size;

/** As few kernels as the limits allow. */
export const addKernels = (draft: PlanDraft, parts: readonly Part[]): void => {
  let open: Part[] = [];
  const close = (): void => {
    if (open.length > 0) draft.addKernel(open);
    open = [];
  };
  for (const part of parts) {
    const isLarge = [...open, part].some((each) => sizeOfPart(each) > LARGE);
    if (isLarge || !draft.fits([...open, part])) close();
    open.push(part);
  }
  close();
};
