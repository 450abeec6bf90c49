import type { Graph, NodeOf } from '../graph/graph.ts';
import { planMemory, type Lifetime } from '../graph/liveness.ts';
import { partition, type Region, type Step } from '../graph/partition.ts';
import { scanShapes } from '../ops/control.ts';
import { sizeOf } from '../tensor/shape.ts';
import { findAddressed } from './addressing.ts';
import { analyse, loopFuser, resolve, type Planning } from './analysis.ts';
import type { Form } from './forms.ts';
import { layoutOf, symbolicIndex } from './layout.ts';

/** Where a value is kept: in local variables, one per element, or in a slot of the arena. */
export type Home =
  | { readonly kind: 'locals' }
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'output'; readonly position: number };

/** How the carry of a scan is kept. */
export type CarryHome =
  /** One variable per element. */
  | { readonly kind: 'locals' }
  /** Two slots that take turns: the body reads one and writes the other. */
  | { readonly kind: 'slots'; readonly slots: readonly [number, number] }
  /** The body returns it unchanged: it is the initial value. */
  | { readonly kind: 'unchanged' };

export interface ScanPlan {
  readonly body: GraphPlan;
  /** The slot in which the body's own arena lies. */
  readonly arena: number;
  readonly carries: readonly CarryHome[];
  readonly stacked: readonly Home[];
}

/** Everything decided about one graph (or body of a scan) before code is written. */
export interface GraphPlan {
  readonly graph: Graph;
  readonly forms: readonly Form[];
  readonly copied: ReadonlySet<number>;
  /** Per node: whether it differs from member to member. */
  readonly mapped: readonly boolean[];
  /** Per node: whether it is read at an index that is known only when the code runs, so that it must be in memory. */
  readonly addressed: readonly boolean[];
  readonly steps: readonly Step<'loops'>[];
  /** Steps from this one on run once per member. */
  readonly firstMapped: number;
  readonly homes: ReadonlyMap<number, Home>;
  readonly scans: ReadonlyMap<number, ScanPlan>;
  /** Offset of each slot within this plan's part of the arena. */
  readonly offsets: readonly number[];
  readonly length: number;
  readonly peak: number;
}

/** Shared steps first: they run once, before the loop over the members. */
const sharedFirst = (
  steps: readonly Step<'loops'>[],
  mapped: readonly boolean[],
): { readonly steps: readonly Step<'loops'>[]; readonly firstMapped: number } => {
  const isMapped = ({ region }: Step<'loops'>): boolean => mapped[region.nodes[0]!]!;
  const shared = steps.filter((step) => !isMapped(step));
  return { steps: [...shared, ...steps.filter(isMapped)], firstMapped: shared.length };
};

/** Loop iterations of a region: whether it is worth a function of its own. */
export const iterationsOf = (forms: readonly Form[], region: Region): number => {
  const form = forms[region.nodes[0]!]!;
  return form.kind === 'map' || form.kind === 'accumulate' ? sizeOf(form.space) : 0;
};

const canBeLocal = (form: Form): boolean => {
  if (form.kind === 'map') return form.space.length === 0;
  return form.kind === 'accumulate' && form.layout.loops.length === 0;
};

/** Roughly how many statements the straight-line code of a plan has: one per node and unrolled element. */
export const statementsOf = ({ graph, forms, scans }: GraphPlan): number => {
  const own = forms.reduce((total, form, id) => {
    if (form.kind !== 'map' && form.kind !== 'accumulate') return total;
    const { shape } = graph.nodes[id]!;
    return total + form.layout.lanes.reduce((product, axis) => product * shape[axis]!, 1);
  }, 0);
  return [...scans.values()].reduce((total, { body }) => total + statementsOf(body), own);
};

/** For each computed value, the last step that reads it; outputs, and what every member reads, live to the end. */
const lastReads = (
  steps: readonly Step<'loops'>[],
  firstMapped: number,
  kept: readonly number[],
): ReadonlyMap<number, number> => {
  const stepOf = new Map<number, number>();
  steps.forEach(({ region }, position) => region.nodes.forEach((id) => stepOf.set(id, position)));
  const last = new Map<number, number>();
  steps.forEach(({ region }, position) => {
    for (const id of region.inputs) {
      const isShared = stepOf.get(id)! < firstMapped && position >= firstMapped;
      last.set(id, isShared ? steps.length : position);
    }
  });
  for (const id of kept) last.set(id, steps.length);
  return last;
};

/** The body of a scan, as its surroundings see it: its first outputs are the next carries. */
export interface BodyOf {
  readonly carries: number;
}

/** Plans a graph: regions, where every value is kept, and when its memory may be used again. */
export const planGraph = (graph: Graph, planning: Planning, bodyOf?: BodyOf): GraphPlan => {
  const { settings } = planning;
  const analysis = analyse(graph, planning);
  const { forms, copied, mapped } = analysis;
  const { steps, firstMapped } = sharedFirst(partition(graph, loopFuser(analysis, settings)), mapped);
  const bodies = new Map<number, GraphPlan>();
  graph.nodes.forEach((node, id) => {
    if (node.op === 'scan') bodies.set(id, planGraph(node.attrs.body, planning, { carries: node.attrs.carries }));
  });
  const { addressed, carries } = findAddressed(graph, analysis, settings, (id) => {
    const body = bodies.get(id)!;
    return body.graph.inputs.map((input) => body.addressed[input]!);
  });
  const isLarge = (id: number): boolean => layoutOf(graph.nodes[id]!.shape, settings).loops.length > 0;
  const sourceOf = (id: number): number => {
    const { shape } = graph.nodes[id]!;
    const source = resolve(graph, copied, id, symbolicIndex(shape, layoutOf(shape, settings))).id;
    const node = graph.nodes[source]!;
    return node.op === 'pick' ? node.inputs[0]! : source;
  };
  const last = lastReads(steps, firstMapped, graph.outputs.map(sourceOf));

  const lifetimes: Lifetime[] = [];
  const newSlot = (size: number, first: number, until: number): number => lifetimes.push({ size, first, last: until }) - 1;
  /** The output that a value may be written to at once, or −1. The next carry of a scan is written so when it is large. */
  const outputFor = (id: number, computedBy: number): number => {
    const position = graph.outputs.indexOf(id);
    const fits =
      bodyOf === undefined ? graph.population === undefined || mapped[computedBy]! : position < bodyOf.carries && isLarge(id);
    return fits ? position : -1;
  };
  const inMemory = (id: number, computedBy: number, size: number, first: number, until: number): Home => {
    const position = id < 0 ? -1 : outputFor(id, computedBy);
    return position >= 0 ? { kind: 'output', position } : { kind: 'slot', slot: newSlot(size, first, until) };
  };
  const planScan = (node: NodeOf<'scan'>, id: number, first: number, until: number): ScanPlan => {
    const body = bodies.get(id)!;
    const sizes = scanShapes(node.attrs).map(sizeOf);
    const pickOf = (index: number): number =>
      graph.nodes.findIndex((each) => each.op === 'pick' && each.inputs[0] === id && each.attrs.index === index);
    return {
      body,
      arena: newSlot(body.length, first, first),
      carries: carries.get(id)!.map((kind, i): CarryHome => {
        const slots = (): [number, number] => [newSlot(sizes[i]!, first, until), newSlot(sizes[i]!, first, until)];
        return kind === 'slots' ? { kind, slots: slots() } : { kind };
      }),
      stacked: sizes.slice(node.attrs.carries).map((size, i) => {
        const pick = bodyOf === undefined ? pickOf(node.attrs.carries + i) : -1;
        return inMemory(pick, id, size, first, until);
      }),
    };
  };
  const homes = new Map<number, Home>();
  const scans = new Map<number, ScanPlan>();
  steps.forEach(({ region }, position) => {
    const isOwnFunction = iterationsOf(forms, region) >= settings.ownFunction;
    for (const id of region.outputs) {
      const node = graph.nodes[id]!;
      const until = last.get(id) ?? position;
      if (node.op === 'scan') scans.set(id, planScan(node as NodeOf<'scan'>, id, position, until));
      else if (canBeLocal(forms[id]!) && !isOwnFunction && !addressed[id]) homes.set(id, { kind: 'locals' });
      else homes.set(id, inMemory(id, id, sizeOf(node.shape), position, until));
    }
  });
  const { offsets, length, peak } = planMemory(lifetimes, 4);
  return { graph, forms, copied, mapped, addressed, steps, firstMapped, homes, scans, offsets, length, peak };
};
