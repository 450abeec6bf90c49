import { columnOf, WorkloadNotSupportedError, type Column, type Prepared } from '../column.ts';
import { drawBatch, firstBatch, initialParameters, type Parameters } from '../data.ts';
import { adamInPlace } from './adam-loop.ts';
import { takeLogs } from './batch-logs.ts';
import { layerLoop } from './layer-loop.ts';
import { pairDraw } from './pair-draw.ts';
import { pairGradients } from './pair-loop.ts';
import { plainPrediction } from './plain-prediction.ts';
import type { Workload } from '../workloads.ts';

const zeros = ({ wHat, mHat, gate }: Parameters): Parameters => ({
  wHat: new Float32Array(wHat.length),
  mHat: new Float32Array(mHat.length),
  gate: new Float32Array(gate.length),
});

const training = async (workload: Workload): Promise<Prepared> => {
  const pair = workload.inputs === 2 && workload.outputs === 1;
  if (!pair && workload.members > 1) {
    throw new WorkloadNotSupportedError('The plain loop trains a population only for two inputs and one output.');
  }
  const parameters = initialParameters(workload);
  const gradients = zeros(parameters);
  const first = zeros(parameters);
  const second = zeros(parameters);
  const batch = firstBatch(workload);
  const logs = new Float32Array(batch.x.length);
  const layer = pair ? null : layerLoop(workload);
  const take = (): void => {
    takeLogs(batch, workload, logs);
    layer?.take(batch, logs);
  };
  take();
  const draw = workload.source === 'resident' ? null : pair ? pairDraw : drawBatch;
  const { adam } = workload;
  let step = 0;
  return {
    path: pair ? 'scalar loops for 2 inputs and 1 output' : 'loops with a 4×4 register block for the products',
    unit: 'javascript',
    compileMilliseconds: 0,
    run: (steps) => {
      for (let count = 0; count < steps; count++) {
        if (draw !== null) {
          draw(workload, step, batch);
          take();
        }
        step++;
        if (layer === null) pairGradients(workload, parameters, batch, logs, gradients);
        else layer.gradients(parameters, batch, logs, gradients);
        adamInPlace(parameters.wHat, gradients.wHat, first.wHat, second.wHat, step, adam);
        adamInPlace(parameters.mHat, gradients.mHat, first.mHat, second.mHat, step, adam);
        adamInPlace(parameters.gate, gradients.gate, first.gate, second.gate, step, adam);
      }
    },
    answer: async () => [parameters.wHat.slice(), parameters.mHat.slice(), parameters.gate.slice()],
    dispose: () => {},
  };
};

/** Hand-written JavaScript: single-precision arrays, tight loops, nothing allocated in a step. */
export const plainLoop: Column = columnOf('plain-loop', { training, inference: plainPrediction });
