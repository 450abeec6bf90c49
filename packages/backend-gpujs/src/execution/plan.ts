import { ExecutionError } from '@nalu/core';
import type { KernelLimits, KernelPlan, Origin } from '@nalu/core/kernels';
import type { Engine } from '../engines/engine.ts';
import { layoutOf } from '../printing/kernel.ts';
import { compileCall, type Layout, type Step, type Values } from './call.ts';
import type { CompiledPlan, ResidentPlan } from './compiled.ts';
import { compileScan } from './scan.ts';
import { drop, EMPTY, sliceOf, type Slice, type Storage } from './storage.ts';

const CONSTANTS = 'constants';
const CARRIES = 'carries';

const storageOf: KernelLimits['storageOf'] = ({ origin, step, result }) => {
  if (origin.kind === 'constant') return CONSTANTS;
  if (origin.kind === 'input') return origin.carried ? CARRIES : `input ${origin.index}`;
  return result < 0 ? `step ${step}` : `step ${step}, result ${result}`;
};

/** What plans are made for: every kernel has one output, and all matrix products are kernels. */
export const limitsOf = ({ storages, dispatch }: Pick<Engine<unknown>, 'storages' | 'dispatch'>): KernelLimits => ({
  storages,
  dispatch,
  storageOf,
  multipleWrites: false,
  wantsMatmul: () => false,
});

/** Values that kernels of this plan put into known places, its constants, and a loop's carries that lie together. */
const layoutOfPlan = (plan: KernelPlan): Layout => {
  const layout: { readonly storage: string; readonly offset: number }[] = [];
  const placeAll = (storage: string, kind: (origin: Origin) => boolean): void => {
    let offset = 0;
    plan.values.forEach(({ origin, size }, id) => {
      if (!kind(origin)) return;
      layout[id] = { storage, offset };
      offset += size;
    });
  };
  placeAll(CONSTANTS, ({ kind }) => kind === 'constant');
  placeAll(CARRIES, (origin) => origin.kind === 'input' && origin.carried);
  plan.steps.forEach((step, index) => {
    if (step.kind !== 'kernel') return;
    const { starts } = layoutOf(step.kernel);
    step.kernel.segments.forEach(({ writes: [write] }, i) => {
      layout[write!.value] = { storage: `step ${index}`, offset: starts[i]! };
    });
  });
  return layout;
};

/** All constants of a plan in one array. */
const uploadConstants = <H>(engine: Engine<H>, plan: KernelPlan, layout: Layout): { storage?: Storage<H>; values: Values<H> } => {
  const numbers = plan.values.flatMap(({ origin }) => (origin.kind === 'constant' ? origin.data : []));
  if (numbers.length === 0) return { values: [] };
  const storage: Storage<H> = { array: engine.upload(Float32Array.from(numbers)), users: 0 };
  const values: Values<H> = [];
  plan.values.forEach(({ origin, size }, id) => {
    if (origin.kind === 'constant') values[id] = sliceOf(storage, layout[id]!.offset, size);
  });
  return { storage, values };
};

/** The computed values that nobody reads after each step. Outputs are never among them. */
const lastReads = ({ values, steps }: KernelPlan): readonly (readonly number[])[] => {
  const after: number[][] = steps.map(() => []);
  values.forEach(({ origin, step, lastStep }, id) => {
    if (origin.kind === 'temporary' && step >= 0) after[Math.max(step, lastStep)]?.push(id);
  });
  return after;
};

/** Compiles the kernels of a plan, one after the other, and those of its loops. */
export const compilePlan = async <H>(engine: Engine<H>, plan: KernelPlan): Promise<CompiledPlan<H> | ResidentPlan<H>> => {
  if (engine.compileKernels !== undefined && plan.steps.every(({ kind }) => kind === 'kernel'))
    return engine.compileKernels(plan);
  const layout = layoutOfPlan(plan);
  const steps: Step<H>[] = [];
  const compileStep = async (step: KernelPlan['steps'][number]): Promise<Step<H>> => {
    if (step.kind === 'kernel') return compileCall(engine, plan, step.kernel, layout);
    if (step.kind === 'scan') return compileScan(engine, step, await compilePlan(engine, step.body));
    throw new ExecutionError('A plan for gpu.js has a matrix product for a library, but there is none.');
  };
  try {
    for (const step of plan.steps) steps.push(await compileStep(step));
  } catch (error) {
    steps.forEach((step) => step.dispose());
    throw error;
  }
  const constants = uploadConstants(engine, plan, layout);
  const free = lastReads(plan);
  const release = (slice: Slice<H>): void => drop(slice, (array) => engine.release(array));
  const constantBytes = constants.values.reduce((total, slice) => total + 4 * (slice?.size ?? 0), 0);

  const runSteps = (values: Values<H>): void => {
    steps.forEach((step, index) => {
      step.run(values);
      for (const id of free[index]!) {
        if (values[id] !== undefined) release(values[id]);
        values[id] = undefined;
      }
    });
  };

  return {
    outputSizes: plan.outputs.map((id) => plan.values[id]!.size),
    run: (inputs) => {
      const values: Values<H> = constants.values.slice();
      plan.inputs.forEach((id, i) => (values[id] = inputs[i]));
      try {
        runSteps(values);
      } catch (error) {
        plan.values.forEach(({ step }, id) => {
          if (step >= 0 && values[id] !== undefined) release(values[id]);
        });
        throw error;
      }
      return plan.outputs.map((id) => values[id] ?? EMPTY);
    },
    get workingBytes() {
      return steps.reduce((total, step) => total + step.workingBytes, constantBytes);
    },
    dispose: () => {
      steps.forEach((step) => step.dispose());
      constants.values.forEach((slice) => slice !== undefined && release(slice));
    },
  };
};
