import {
  axesOf,
  isView,
  partition,
  planMemory,
  scanShapes,
  sizeOf,
  throughView,
  variablesOf,
  type Fuser,
  type Graph,
  type Index,
  type Lifetime,
  type NodeOf,
  type Region,
  type Step,
} from '@nalu/core/graph';
import { formsOf, readingsOf, sizesOf, type Form } from './forms.ts';
import { isLane, layoutOf, loopVariable, symbolicIndex } from './layout.ts';
import type { Library } from './library.ts';
import type { Settings } from './settings.ts';

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

/** What a plan is made with. */
export interface Planning {
  readonly settings: Settings;
  readonly library: Library | undefined;
}

interface Source {
  readonly id: number;
  readonly index: Index;
}

/** Looks through views to where an element really is. */
const resolve = (graph: Graph, copied: ReadonlySet<number>, id: number, index: Index): Source => {
  let at = id;
  let position = index;
  for (;;) {
    const node = graph.nodes[at]!;
    if (copied.has(at) || !isView(node)) return { id: at, index: position };
    const [input] = node.inputs;
    position = throughView(node, position, graph.nodes[input!]!.shape);
    at = input!;
  }
};

/** True when the element is known only when the code runs, so that the tensor must be in memory. */
const isComputed = (index: Index): boolean => {
  const affines = index.axes ?? [index.offset!];
  return affines.some((affine) => variablesOf(affine).some((name) => !isLane(name)));
};

const usesLibrary = (graph: Graph, library: Library | undefined, id: number): boolean => {
  const node = graph.nodes[id]!;
  return node.op === 'matmul' && library !== undefined && library.wantsMatmul(sizesOf(graph, node));
};

/** A library reads plain row-major memory: operands that are leaves, or views other than reshapes of memory, are copied. */
const copiedOperands = (graph: Graph, library: Library | undefined): ReadonlySet<number> => {
  const copied = new Set<number>();
  const need = (id: number): void => {
    const node = graph.nodes[id]!;
    if (node.op === 'reshape' || node.op === 'stopGradient') need(node.inputs[0]!);
    else if (isView(node) || node.op === 'iota' || node.op === 'constant') copied.add(id);
  };
  graph.nodes.forEach((node, id) => {
    if (usesLibrary(graph, library, id)) node.inputs.forEach(need);
  });
  return copied;
};

/** Reads at the producer's own point of the loops, and at unrolled elements that are known when the code is written. */
const isAligned = (form: Form, index: Index): boolean => {
  if (form.kind !== 'map') return false;
  const { loops } = form.layout;
  return axesOf(index).every((affine, axis) => {
    if (!loops.includes(axis)) return variablesOf(affine).every(isLane);
    const { constant, terms } = affine;
    return (
      constant === 0 && terms.length === 1 && terms[0]!.factor === 1 && terms[0]!.atom.key === loopVariable(loops.indexOf(axis))
    );
  });
};

/** Which nodes differ from member to member. */
const mappedNodes = (graph: Graph): readonly boolean[] => {
  const { population } = graph;
  if (population === undefined) return graph.nodes.map(() => false);
  const flags = graph.nodes.map(() => false);
  graph.inputs.forEach((id, i) => (flags[id] = population.mapped[i]!));
  graph.nodes.forEach((node, id) => (flags[id] ||= node.inputs.some((input) => flags[input])));
  return flags;
};

interface Analysis {
  readonly forms: readonly Form[];
  readonly copied: ReadonlySet<number>;
  readonly mapped: readonly boolean[];
  /** Per node: what it reads, views looked through. */
  readonly reads: readonly (readonly Source[])[];
}

const analyse = (graph: Graph, { settings, library }: Planning): Analysis => {
  const copied = copiedOperands(graph, library);
  const forms = formsOf(graph, settings, (id) => usesLibrary(graph, library, id), copied);
  const reads = graph.nodes.map((_, id) =>
    readingsOf(graph, id, forms[id]!, settings, copied.has(id)).map(({ input, index }) => resolve(graph, copied, input, index)),
  );
  return { forms, copied, mapped: mappedNodes(graph), reads };
};

const loopFuser = ({ forms, mapped, reads }: Analysis, settings: Settings): Fuser<'loops'> => ({
  role: (id) => {
    const form = forms[id]!;
    if (form.kind === 'virtual' || form.kind === 'alone') return { kind: form.kind };
    return { kind: 'loop', space: `${mapped[id] ? 'member ' : ''}${form.space.join(',')}`, final: form.kind === 'accumulate' };
  },
  aligned: (consumer, producer) =>
    reads[consumer]!.every(({ id, index }) => id !== producer || isAligned(forms[producer]!, index)),
  tryFuse: () => 'loops',
  maxNodes: settings.maxNodes,
});

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

/** Plans a graph: regions, where every value is kept, and when its memory may be used again. */
export const planGraph = (graph: Graph, planning: Planning, isBody: boolean = false, carriesOut: number = 0): GraphPlan => {
  const { settings } = planning;
  const analysis = analyse(graph, planning);
  const { forms, copied, mapped, reads } = analysis;
  const { steps, firstMapped } = sharedFirst(partition(graph, loopFuser(analysis, settings)), mapped);

  // Which values must be in memory: those read at an index that is known only when the code runs.
  const addressed = new Array<boolean>(graph.nodes.length).fill(false);
  const address = (id: number, index: Index): void => {
    if (isComputed(index)) addressed[id] = true;
  };
  const addressAll = (id: number): void => {
    const { shape } = graph.nodes[id]!;
    const source = resolve(graph, copied, id, symbolicIndex(shape, layoutOf(shape, { ...settings, small: 0, lanes: 0 })));
    addressed[source.id] = true;
  };
  const bodies = new Map<number, GraphPlan>();
  for (const id of graph.outputs) {
    const { shape } = graph.nodes[id]!;
    const source = resolve(graph, copied, id, symbolicIndex(shape, layoutOf(shape, settings)));
    address(source.id, source.index);
  }
  const carryHomes = new Map<number, readonly ('locals' | 'slots' | 'unchanged')[]>();
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (node.op === 'pick') {
      // Addressed results make the scan keep them in memory; see below.
      continue;
    }
    if (node.op !== 'scan') {
      for (const read of reads[id]!) address(read.id, read.index);
      continue;
    }
    const { body, constants, carries } = node.attrs;
    const plan = planGraph(body, planning, true, carries);
    const inside = body.inputs.map((input) => plan.addressed[input]!);
    bodies.set(id, plan);
    const picked = (index: number): boolean =>
      graph.nodes.some((each, i) => each.op === 'pick' && each.inputs[0] === id && each.attrs.index === index && addressed[i]!);
    carryHomes.set(
      id,
      Array.from({ length: carries }, (_, i) => {
        const input = body.inputs[constants + i]!;
        if (body.outputs[i] === input) return 'unchanged';
        const large = layoutOf(body.nodes[input]!.shape, settings).loops.length > 0;
        return large || settings.ownFunction === 0 || inside[constants + i]! || picked(i) ? 'slots' : 'locals';
      }),
    );
    node.inputs.forEach((input, i) => {
      const carry = i - constants;
      const unchanged = carry >= 0 && carry < carries && carryHomes.get(id)![carry] === 'unchanged';
      const copiedCarry = carry >= 0 && carry < carries && !unchanged;
      if (carry >= carries) addressAll(input);
      else if (
        copiedCarry ? layoutOf(graph.nodes[input]!.shape, settings).loops.length > 0 : inside[i]! || (unchanged && picked(carry))
      )
        addressAll(input);
    });
  }

  // Lifetimes, in steps.
  const stepOf = new Map<number, number>();
  steps.forEach(({ region }, position) => region.nodes.forEach((id) => stepOf.set(id, position)));
  const end = steps.length;
  const last = new Map<number, number>();
  const touch = (id: number, position: number): void => {
    // What is computed once for all members is read by every one of them.
    const shared = stepOf.has(id) && stepOf.get(id)! < firstMapped && position >= firstMapped;
    last.set(id, Math.max(last.get(id) ?? -1, shared ? end : position));
  };
  steps.forEach(({ region }, position) => region.inputs.forEach((id) => touch(id, position)));
  const sourceOf = (id: number): number => {
    const { shape } = graph.nodes[id]!;
    const source = resolve(graph, copied, id, symbolicIndex(shape, layoutOf(shape, settings))).id;
    const node = graph.nodes[source]!;
    return node.op === 'pick' ? node.inputs[0]! : source;
  };
  graph.outputs.forEach((id) => touch(sourceOf(id), end));

  const lifetimes: Lifetime[] = [];
  const slot = (size: number, first: number, until: number): number => lifetimes.push({ size, first, last: until }) - 1;
  const homes = new Map<number, Home>();
  const scans = new Map<number, ScanPlan>();
  steps.forEach((step, position) => {
    const { region } = step;
    const own = iterationsOf(forms, region) >= settings.ownFunction;
    for (const id of region.outputs) {
      const node = graph.nodes[id]!;
      const until = Math.max(position, last.get(id) ?? position);
      if (node.op === 'scan') {
        scans.set(id, planScan(node as NodeOf<'scan'>, id, position, until));
        continue;
      }
      const direct = graph.outputs.indexOf(id);
      const large = layoutOf(node.shape, settings).loops.length > 0;
      const fitsOutput = direct >= 0 && (isBody ? direct < carriesOut && large : graph.population === undefined || mapped[id]!);
      if (canBeLocal(forms[id]!) && !own && !addressed[id]) homes.set(id, { kind: 'locals' });
      else if (fitsOutput) homes.set(id, { kind: 'output', position: direct });
      else homes.set(id, { kind: 'slot', slot: slot(sizeOf(node.shape), position, until) });
    }
  });
  function planScan(node: NodeOf<'scan'>, id: number, position: number, until: number): ScanPlan {
    const body = bodies.get(id)!;
    const shapes = scanShapes(node.attrs);
    const carries = carryHomes.get(id)!.map((kind, i): CarryHome => {
      if (kind !== 'slots') return { kind };
      const size = sizeOf(shapes[i]!);
      return { kind, slots: [slot(size, position, until), slot(size, position, until)] };
    });
    const stacked = shapes.slice(node.attrs.carries).map((shape, i): Home => {
      const pick = graph.nodes.findIndex(
        (each) => each.op === 'pick' && each.inputs[0] === id && each.attrs.index === node.attrs.carries + i,
      );
      const direct = pick < 0 || isBody ? -1 : graph.outputs.indexOf(pick);
      if (direct >= 0 && (graph.population === undefined || mapped[id]!)) return { kind: 'output', position: direct };
      return { kind: 'slot', slot: slot(sizeOf(shape), position, until) };
    });
    return { body, arena: slot(body.length, position, position), carries, stacked };
  }
  const { offsets, length, peak } = planMemory(lifetimes, 4);
  return { graph, forms, copied, mapped, addressed, steps, firstMapped, homes, scans, offsets, length, peak };
};
