/** `@nalu/core/loops`: graphs as loops, for backends whose machine runs one thing after the other. */
export { matmulForm, sizesOf, type Form } from './loops/forms.ts';
export { laneIndices, layoutOf, loopVariable, positions, type Layout } from './loops/layout.ts';
export { insertAxes, reducedIndices, throughViews } from './loops/operands.ts';
export { iterationsOf, planGraph, statementsOf, type CarryHome, type GraphPlan, type Home, type ScanPlan } from './loops/plan.ts';
export type { Planning } from './loops/analysis.ts';
export type { LoopSettings } from './loops/settings.ts';
