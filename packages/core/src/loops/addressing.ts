import type { Graph, NodeOf } from '../graph/graph.ts';
import { isComputed, resolve, type Analysis } from './analysis.ts';
import { layoutOf, symbolicIndex } from './layout.ts';
import type { LoopSettings } from './settings.ts';

/** How each carry of a scan is kept; see CarryHome. */
export type CarryKind = 'locals' | 'slots' | 'unchanged';

export interface Addressing {
  /** Per node: whether it is read at an index that is known only when the code runs, so that it must be in memory. */
  readonly addressed: readonly boolean[];
  readonly carries: ReadonlyMap<number, readonly CarryKind[]>;
}

const isLarge = (graph: Graph, id: number, settings: LoopSettings): boolean =>
  layoutOf(graph.nodes[id]!.shape, settings).loops.length > 0;

/** Finds out which values must be in memory. `inside` says of each scan which inputs of its body must be. */
export const findAddressed = (
  graph: Graph,
  { copied, reads }: Analysis,
  settings: LoopSettings,
  inside: (scan: number) => readonly boolean[],
): Addressing => {
  const addressed = new Array<boolean>(graph.nodes.length).fill(false);
  const carries = new Map<number, readonly CarryKind[]>();
  const addressIn = (id: number, chosen: LoopSettings): void => {
    const { shape } = graph.nodes[id]!;
    const source = resolve(graph, copied, id, symbolicIndex(shape, layoutOf(shape, chosen)));
    if (isComputed(source.index)) addressed[source.id] = true;
  };
  /** Read whole, by a copy that unrolls what is small. */
  const addressCopied = (id: number): void => addressIn(id, settings);
  /** Read anywhere. */
  const addressWhole = (id: number): void => {
    const { shape } = graph.nodes[id]!;
    addressed[resolve(graph, copied, id, symbolicIndex(shape, layoutOf(shape, settings))).id] = true;
  };
  const isPickedInMemory = (scan: number, index: number): boolean =>
    graph.nodes.some((node, id) => node.op === 'pick' && node.inputs[0] === scan && node.attrs.index === index && addressed[id]!);
  const addressScan = (node: NodeOf<'scan'>, id: number): void => {
    const { body, constants } = node.attrs;
    const needed = inside(id);
    const kinds = Array.from({ length: node.attrs.carries }, (_, i): CarryKind => {
      const input = body.inputs[constants + i]!;
      if (body.outputs[i] === input) return 'unchanged';
      const inMemory =
        isLarge(body, input, settings) || settings.ownFunction === 0 || needed[constants + i]! || isPickedInMemory(id, i);
      return inMemory ? 'slots' : 'locals';
    });
    carries.set(id, kinds);
    node.inputs.forEach((input, i) => {
      const carry = i - constants;
      const kind = kinds[carry];
      if (carry >= kinds.length) addressWhole(input);
      else if (kind === 'locals' || kind === 'slots') addressCopied(input);
      else if (needed[i]! || (kind === 'unchanged' && isPickedInMemory(id, carry))) addressWhole(input);
    });
  };
  graph.outputs.forEach(addressCopied);
  // Readers before what they read: a scan is kept as its picked results need it.
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (node.op === 'scan') addressScan(node as NodeOf<'scan'>, id);
    else if (node.op !== 'pick') for (const { id: source, index } of reads[id]!) if (isComputed(index)) addressed[source] = true;
  }
  return { addressed, carries };
};
