import type { DeviceProgram } from '@nalu/core/backend';
import type { Graph } from '@nalu/core/graph';
import { planKernels, planReport } from '@nalu/core/kernels';
import type { Engine } from '../engines/engine.ts';
import { compilePlan, limitsOf } from './plan.ts';
import type { Slice } from './storage.ts';

/** A graph as kernels of gpu.js. */
export const compileProgram = async <H>(engine: Engine<H>, graph: Graph): Promise<DeviceProgram<Slice<H>>> => {
  const plan = planKernels(graph, limitsOf(engine));
  const compiled = await compilePlan(engine, plan);
  return {
    run: (inputs) => ({ outputs: compiled.run(inputs) }),
    report: planReport(plan, compiled.workingBytes, 'host'),
    get workingBytes() {
      return compiled.workingBytes;
    },
    dispose: () => compiled.dispose(),
  };
};
