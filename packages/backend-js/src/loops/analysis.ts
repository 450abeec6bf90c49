import { axesOf, isView, throughView, variablesOf, type Fuser, type Graph, type Index } from '@nalu/core/graph';
import { formsOf, readingsOf, sizesOf, type Form } from './forms.ts';
import { isLane, loopVariable } from './layout.ts';
import type { Library } from './library.ts';
import type { Settings } from './settings.ts';

/** What a plan is made with. */
export interface Planning {
  readonly settings: Settings;
  readonly library: Library | undefined;
}

/** Where an element really is, views looked through. */
export interface Source {
  readonly id: number;
  readonly index: Index;
}

/** Looks through views to where an element really is. */
export const resolve = (graph: Graph, copied: ReadonlySet<number>, id: number, index: Index): Source => {
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
export const isComputed = (index: Index): boolean => {
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

/** What is known about the nodes of a graph before it is partitioned. */
export interface Analysis {
  readonly forms: readonly Form[];
  readonly copied: ReadonlySet<number>;
  readonly mapped: readonly boolean[];
  /** Per node: what it reads, views looked through. */
  readonly reads: readonly (readonly Source[])[];
}

export const analyse = (graph: Graph, { settings, library }: Planning): Analysis => {
  const copied = copiedOperands(graph, library);
  const forms = formsOf(graph, settings, (id) => usesLibrary(graph, library, id), copied);
  const reads = graph.nodes.map((_, id) =>
    readingsOf(graph, id, forms[id]!, settings, copied.has(id)).map(({ input, index }) => resolve(graph, copied, input, index)),
  );
  return { forms, copied, mapped: mappedNodes(graph), reads };
};

/** How loops fuse: nodes over the same loops, of all members or of one, that read each other at their own point. */
export const loopFuser = ({ forms, mapped, reads }: Analysis, settings: Settings): Fuser<'loops'> => ({
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
