import { isView } from '../graph/views.ts';
import { sizeOf } from '../tensor/shape.ts';
import { memoryNode, type Decided } from './levels.ts';
import { coneOf, isMemoryLeaf, READ, type Cone } from './storage.ts';

/** Operations that a value must save to be stored where that takes no further dispatch. */
const WORTHWHILE = 32;

/** First and last round in which a value can be computed so that no kernel runs later than now. */
interface Rounds {
  readonly earliest: ReadonlyMap<number, number>;
  readonly latest: ReadonlyMap<number, number>;
}

/**
 * More values to store, found by counting: results that are written apart compute again what they have in common, and where
 * a kernel runs at the right time anyway, storing it there costs no dispatch.
 */
export const storeMore = ({ graph, isLibrary, stored: first }: Decided): ReadonlySet<number> => {
  const stored = new Set(first);
  const cones = new Map<number, Cone>();
  const coneFrom = (id: number): Cone => {
    const known = cones.get(id) ?? coneOf(graph, id, (each) => each !== id && stored.has(each));
    cones.set(id, known);
    return known;
  };
  const sizeOfNode = (id: number): number => sizeOf(graph.nodes[id]!.shape);
  /** Loops, and what a library computes. */
  const isAlone = (id: number): boolean => graph.nodes[id]!.op === 'scan' || isLibrary(id);
  const isComputed = (id: number): boolean => graph.nodes[id]!.op !== 'pick' && !isAlone(id);
  const readsOf = (id: number): readonly number[] => {
    const { op, inputs } = graph.nodes[id]!;
    if (op === 'pick') return inputs;
    return isAlone(id) ? inputs.map((input) => memoryNode(graph, input)) : [...coneFrom(id).read];
  };
  const alone = graph.nodes.flatMap((_, id) => (isAlone(id) ? [id] : []));

  /** Everything that runs or is written, inputs before their readers. */
  const steps = (): readonly number[] => [...new Set([...graph.outputs, ...stored, ...alone])].sort((a, b) => a - b);

  const roundsOf = (ids: readonly number[]): Rounds => {
    const earliest = new Map<number, number>();
    for (const id of ids) {
      const before = Math.max(0, ...readsOf(id).map((read) => earliest.get(read) ?? 0));
      earliest.set(id, graph.nodes[id]!.op === 'pick' ? before : before + 1);
    }
    const end = Math.max(0, ...earliest.values());
    const latest = new Map(ids.map((id) => [id, end]));
    for (const id of [...ids].reverse()) {
      const before = latest.get(id)! - (graph.nodes[id]!.op === 'pick' ? 0 : 1);
      for (const read of readsOf(id)) latest.set(read, Math.min(latest.get(read) ?? end, before));
    }
    return { earliest, latest };
  };

  const isCandidate = (id: number): boolean => {
    const node = graph.nodes[id]!;
    return !stored.has(id) && !isView(node) && !isMemoryLeaf(node) && isComputed(id) && node.inputs.length > 0;
  };

  /** The value that saves the most of those that need no further round. */
  const best = (): number | undefined => {
    const ids = steps();
    const { earliest, latest } = roundsOf(ids);
    const counts = new Map<number, number>();
    const deadlines = new Map<number, number>();
    for (const target of ids.filter(isComputed)) {
      for (const [id, each] of coneFrom(target).computed) {
        counts.set(id, (counts.get(id) ?? 0) + each * sizeOfNode(target));
        deadlines.set(id, Math.min(deadlines.get(id) ?? Infinity, latest.get(target)!));
      }
    }
    let [found, most]: [number | undefined, number] = [undefined, WORTHWHILE];
    for (const [id, count] of counts) {
      const size = sizeOfNode(id);
      if (count <= size || !isCandidate(id)) continue;
      const saved = (count - size) * coneFrom(id).cost - (count + size) * READ;
      const round = 1 + Math.max(0, ...readsOf(id).map((read) => earliest.get(read) ?? 0));
      if (saved > most && round < deadlines.get(id)!) [found, most] = [id, saved];
    }
    return found;
  };

  for (let id = best(); id !== undefined; id = best()) {
    stored.add(id);
    for (const [root, { computed }] of cones) if (root !== id && computed.has(id)) cones.delete(root);
  }
  return stored;
};
