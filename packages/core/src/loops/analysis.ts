import type { Graph } from '../graph/graph.ts';
import type { Fuser } from '../graph/partition.ts';
import { axesOf, hasVariable, isView, throughView, type Index } from '../graph/views.ts';
import type { MatmulSizes } from '../ops/contraction.ts';
import type { Shape } from '../tensor/shape.ts';
import { formsOf, readingsOf, sizesOf, type Form } from './forms.ts';
import { isLane, loopVariable } from './layout.ts';
import type { LoopSettings } from './settings.ts';

/** What a plan is made with. */
export interface Planning {
  readonly settings: LoopSettings;
  /** Which matrix products are kernels of their own, on row-major operands: the result's shape and the sizes decide. */
  isKernel(shape: Shape, sizes: MatmulSizes): boolean;
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

const isLoop = (name: string): boolean => !isLane(name);

/** True when the element is known only when the code runs, so that the tensor must be in memory. */
export const isComputed = ({ axes, offset }: Index): boolean =>
  axes === undefined ? hasVariable(offset!, isLoop) : axes.some((axis) => hasVariable(axis, isLoop));

const isKernelNode = (graph: Graph, planning: Planning, id: number): boolean => {
  const node = graph.nodes[id]!;
  return node.op === 'matmul' && planning.isKernel(node.shape, sizesOf(graph, node));
};

/** What kernels read, reshapes looked through: in the graph itself, and as inputs of the bodies of its scans. */
const kernelOperands = (graph: Graph, planning: Planning): ReadonlySet<number> => {
  const operands = new Set<number>();
  const need = (id: number): void => {
    const node = graph.nodes[id]!;
    if (node.op === 'reshape' || node.op === 'stopGradient') need(node.inputs[0]!);
    else operands.add(id);
  };
  graph.nodes.forEach((node, id) => {
    if (node.op === 'scan') {
      const inside = kernelOperands(node.attrs.body, planning);
      node.inputs.filter((_, i) => inside.has(node.attrs.body.inputs[i]!)).forEach(need);
    } else if (isKernelNode(graph, planning, id)) node.inputs.forEach(need);
  });
  return operands;
};

/** A kernel reads row-major memory: operands that are leaves, or views other than reshapes of memory, are copied. */
const copiedOperands = (graph: Graph, planning: Planning): ReadonlySet<number> =>
  new Set(
    [...kernelOperands(graph, planning)].filter((id) => {
      const node = graph.nodes[id]!;
      return isView(node) || node.op === 'iota' || node.op === 'constant';
    }),
  );

/** Reads at the producer's own point of the loops, and at unrolled elements that are known when the code is written. */
const isAligned = (form: Form, index: Index): boolean => {
  if (form.kind !== 'map') return false;
  const { loops } = form.layout;
  return axesOf(index).every((affine, axis) => {
    if (!loops.includes(axis)) return !hasVariable(affine, isLoop);
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

export const analyse = (graph: Graph, planning: Planning): Analysis => {
  const { settings } = planning;
  const copied = copiedOperands(graph, planning);
  const forms = formsOf(graph, settings, (id) => isKernelNode(graph, planning, id), copied);
  const reads = graph.nodes.map((_, id) =>
    readingsOf(graph, id, forms[id]!, settings, copied.has(id)).map(({ input, index }) => resolve(graph, copied, input, index)),
  );
  return { forms, copied, mapped: mappedNodes(graph), reads };
};

/** How loops fuse: nodes over the same loops, of all members or of one, that read each other at their own point. */
export const loopFuser = ({ forms, mapped, reads }: Analysis, settings: LoopSettings): Fuser<'loops'> => ({
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
