/** `@nalu/core/graph`: graphs as data, for those who write compilers and tools. */
export {
  GRAPH_VERSION,
  inputName,
  inputShape,
  outputShape,
  type Graph,
  type Node,
  type NodeOf,
  type Population,
} from './graph/graph.ts';
export { instantiate, madeAs, remake } from './graph/instantiate.ts';
export { lastUses, planMemory, type Lifetime, type MemoryPlan } from './graph/liveness.ts';
export { partition, type Declined, type Fuser, type Region, type Role, type Step } from './graph/partition.ts';
export {
  axesOf,
  fixed,
  indexKey,
  isFixed,
  isView,
  offsetOf,
  plus,
  throughView,
  times,
  variable,
  variablesOf,
  type Affine,
  type Atom,
  type Index,
} from './graph/views.ts';
export { sameShape, showShape, sizeOf, stridesOf, type Shape } from './tensor/shape.ts';
export { hoistInvariants } from './transform/hoist.ts';
export { graphKey, hashGraph } from './graph/hash.ts';
export { print } from './graph/print.ts';
export { rewrite, type Rewriter } from './graph/rewrite.ts';
export { simplify } from './graph/simplify.ts';
export { trace, type InputSpec } from './graph/trace.ts';
export { verify } from './graph/verify.ts';
export type { BinaryAttrs, OpAttrs, OpName, ReductionAttrs, TernaryAttrs, UnaryAttrs } from './ops/attrs.ts';
export { matmulSizes, type MatmulSizes } from './ops/contraction.ts';
export { scanShapes } from './ops/control.ts';
export type { Cost, FloatArray, Kernel, KernelContext, Numerics, OpKind, OpRow, Tolerance } from './ops/row.ts';
export { isOpName, opNames, ops } from './ops/table.ts';
export { opKindTitles, showSpecial, showTolerance } from './ops/words.ts';
export { inlineCalls } from './transform/inline.ts';
export { expandPopulation, vectorize } from './transform/vectorize.ts';
export { interpret, plainGraph, type InterpretOptions, type KernelTable, type Position } from './backend/interpret.ts';
