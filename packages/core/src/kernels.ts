/** `@nalu/core/kernels`: graphs as scalar kernels, for backends on wide machines. */
export type {
  FoldOp,
  Kernel,
  KernelLimits,
  KernelPlan,
  KernelStep,
  MatmulStep,
  Operand,
  Origin,
  ScalarOp,
  ScanStep,
  Segment,
  Statement,
  Value,
} from './kernels/ir.ts';
export { foldStart } from './kernels/lower.ts';
export { planKernels } from './kernels/plan.ts';
export { planReport } from './kernels/report.ts';
export { expansions, type ExpandedOp } from './numerics/expansions.ts';
export { portable } from './numerics/portable.ts';
export {
  primitives,
  primitivesOf,
  type Expansion,
  type MachinePrimitive,
  type Primitive,
  type PrimitiveStatement,
  type Signature,
} from './numerics/primitives.ts';
