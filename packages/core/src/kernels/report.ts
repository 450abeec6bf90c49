import type { PlanStep } from '../backend/contract.ts';
import type { ProgramReport } from '../backend/device.ts';
import type { KernelPlan } from './ir.ts';

const stepsOf = ({ steps }: KernelPlan): readonly PlanStep[] =>
  steps.flatMap((step): readonly PlanStep[] => {
    if (step.kind === 'scan') return stepsOf(step.body);
    if (step.kind === 'matmul') return [{ ops: ['matmul'], path: 'library', reason: 'a large matrix product' }];
    return [{ ops: [...new Set(step.kernel.ops)], path: 'fused' }];
  });

const bytesOf = (plan: KernelPlan, ids: readonly number[]): number =>
  ids.reduce((total, id) => total + 4 * plan.values[id]!.size, 0);

/** The report of a plan whose executable holds so many bytes between its steps. */
export const planReport = (plan: KernelPlan, working: number, scan: 'native' | 'host'): ProgramReport => {
  const [inputs, outputs] = [bytesOf(plan, plan.inputs), bytesOf(plan, plan.outputs)];
  return {
    steps: stepsOf(plan),
    memory: { inputs, outputs, working, peak: inputs + outputs + working },
    scan: plan.steps.some(({ kind }) => kind === 'scan') ? scan : 'none',
  };
};
