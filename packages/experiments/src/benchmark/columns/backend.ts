import { createModel, type Backend, type Trainer } from '@nalu/core';
import type { BackendInfo } from '@nalu/core/backend';
import { columnOf, type Column, type Prepared } from '../column.ts';
import { firstBatch, initialParameters } from '../data.ts';
import type { Unit } from '../roofline/peaks.ts';
import type { Workload } from '../workloads.ts';
import { moduleOf, trainerOf } from './trainer.ts';

/** How much of the plans took which path, and on what: `12 fused, 3 library; SwiftShader (software)`. */
const pathOf = (trainer: Trainer, { device }: BackendInfo): string => {
  const steps = trainer.executables.flatMap(({ executable }) => executable.report.steps);
  const paths = [...new Set(steps.map(({ path }) => path))];
  const counts = paths.map((path) => `${steps.filter((step) => step.path === path).length} ${path}`);
  return `${counts.join(', ')}; ${device}`;
};

const training =
  (createBackend: () => Promise<Backend>, unit: Unit | null) =>
  async (workload: Workload): Promise<Prepared> => {
    const backend = await createBackend();
    const trainer = trainerOf(workload, backend);
    return {
      software: backend.info.softwareAdapter,
      unit,
      // Loops are compiled when they first run, so both are known only afterwards.
      get path() {
        return pathOf(trainer, backend.info);
      },
      get compileMilliseconds() {
        return trainer.compileMilliseconds;
      },
      run: (steps) => trainer.run(steps),
      deviceMilliseconds: async (steps) => {
        const last = trainer.executables.find((each) => each.steps === steps)?.executable;
        const milliseconds = await last?.deviceMilliseconds?.();
        return milliseconds === undefined ? undefined : milliseconds / steps;
      },
      answer: async () => {
        const values = await trainer.parameters();
        return (['wHat', 'mHat', 'gate'] as const).map((path) => values.get(path)!.data);
      },
      dispose: async () => {
        trainer.dispose();
        await backend.dispose();
      },
    };
  };

/** Predictions of one network, as an application asks a model for them. */
const inference =
  (createBackend: () => Promise<Backend>, unit: Unit | null) =>
  async (workload: Workload): Promise<Prepared> => {
    const backend = await createBackend();
    const { inputs, outputs, batch } = workload;
    const parameters = Object.entries(initialParameters(workload)).map(
      ([path, data]: [string, Float32Array]) => [path, { shape: [inputs, outputs], data }] as const,
    );
    const model = createModel({ module: moduleOf(workload), backend, parameters: new Map(parameters) });
    const rows = { data: firstBatch(workload).x, shape: [batch, inputs] };
    let y: ArrayLike<number> = [];
    return {
      path: `model.predict; ${backend.info.device}`,
      software: backend.info.softwareAdapter,
      unit,
      // It is compiled in the first call.
      compileMilliseconds: null,
      run: async (steps) => {
        for (let count = 0; count < steps; count++) y = (await model.predict(rows)).data;
      },
      answer: async () => [y],
      dispose: async () => {
        model.dispose();
        await backend.dispose();
      },
    };
  };

/** One of our backends: the workload as somebody does it with core. `unit`: what it computes with, where that is one core. */
export const backendColumn = (name: string, createBackend: () => Promise<Backend>, unit: Unit | null = null): Column =>
  columnOf(name, { training: training(createBackend, unit), inference: inference(createBackend, unit) });
