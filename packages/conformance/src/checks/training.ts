import type { DeviceBuffer } from '@nalu/core/backend';
import { inputShape, interpret, type FloatArray } from '@nalu/core/graph';
import type { Check, CheckContext, Measure } from '../check.ts';
import { withExecutable } from '../device.ts';
import { trainingInputs, trainingOutputs, trainingStep, trainingTasks, type TrainingTask } from '../graphs/training.ts';
import { arrayOf } from '../oracle/numbers.ts';
import { Tally } from '../oracle/tally.ts';

const STEPS = 100;

/** How far 100 steps may drift from double precision, relative to numbers of order one. */
const DRIFT = 1e-5;

/** The state after all steps on the backend: buffers stay there, and every step consumes those of the last. */
const train = async ({ backend }: CheckContext, task: TrainingTask): Promise<readonly FloatArray[]> => {
  const graph = trainingStep(task);
  const { data, state } = trainingInputs(task);
  const upload = (values: readonly number[], i: number): DeviceBuffer =>
    backend.upload(arrayOf(values, 'f32'), inputShape(graph, i));
  return withExecutable(backend, graph, async (executable) => {
    const fixed = data.map(upload);
    let current: readonly DeviceBuffer[] = state.map((values, i) => upload(values, data.length + i));
    for (let step = 0; step < STEPS; step++) {
      const outputs = executable.run([...fixed, ...current]);
      current.forEach((buffer) => backend.free(buffer));
      if (step < STEPS - 1) backend.free(outputs.at(-1)!);
      current = step < STEPS - 1 ? outputs.slice(0, -1) : outputs;
    }
    const result = await backend.read(...current);
    [...fixed, ...current].forEach((buffer) => backend.free(buffer));
    return result;
  });
};

const reference = (task: TrainingTask): readonly FloatArray[] => {
  const graph = trainingStep(task);
  const { data, state } = trainingInputs(task);
  const fixed = data.map((values) => Float64Array.from(values));
  let outputs: readonly FloatArray[] = state.map((values) => Float64Array.from(values));
  for (let step = 0; step < STEPS; step++) outputs = interpret(graph, [...fixed, ...outputs.slice(0, state.length)]);
  return outputs;
};

const parity = (task: TrainingTask): Check => ({
  op: 'training',
  case: `${task.name}, ${STEPS} steps`,
  run: async (context): Promise<Measure> => {
    const tally = new Tally();
    const names = trainingOutputs(task);
    const got = await train(context, task);
    reference(task).forEach((want, i) => {
      const expected = {
        value: Float64Array.from(want),
        error: Float64Array.from(want, (x) => DRIFT * Math.max(1, Math.abs(x))),
      };
      tally.compare({
        got: got[i]!,
        expected,
        precision: 'f32',
        describe: (at) => `${task.name} after ${STEPS} steps of Adam, ${names[i]}[${at}]`,
      });
    });
    // Errors of many steps say nothing about units in the last place.
    return { cases: tally.finish().cases };
  },
});

/** Whole training runs against the same runs in double precision. */
export const trainingChecks: readonly Check[] = trainingTasks.map(parity);
