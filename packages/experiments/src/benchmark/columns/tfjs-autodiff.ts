import { columnOf, type Column, type Prepared } from '../column.ts';
import { initialParameters } from '../data.ts';
import { loadTfjs, shapeOf, tensorBatches, type TensorBatch } from './tfjs.ts';
import type { TfjsBackend } from './tfjs-backends.ts';
import { tfjsPrediction } from './tfjs-prediction.ts';
import type { Workload } from '../workloads.ts';

const training =
  (backend: TfjsBackend) =>
  async (workload: Workload): Promise<Prepared> => {
    const form = workload.members === 1 ? 'variableGrads' : 'variableGrads, members batched by hand';
    const { tf, device, enter, runOf } = await loadTfjs(backend, form);
    const start = performance.now();
    const { inputs, outputs, logEpsilon } = workload;
    const shape = shapeOf(workload, inputs, outputs);
    const initial = initialParameters(workload);
    // `tidy` disposes of the tensors that the variables copy; variables themselves outlive it.
    const variable = (values: Float32Array) => tf.tidy(() => tf.variable(tf.tensor(values, shape)));
    const [wHat, mHat, gate] = [variable(initial.wHat), variable(initial.mHat), variable(initial.gate)];
    const variables = [wHat, mHat, gate];
    const { learningRate, beta1, beta2, epsilon } = workload.adam;
    const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
    const batches = tensorBatches(tf, workload);

    const loss = ({ x, y }: TensorBatch) => {
      const weights = wHat.tanh().mul(mHat.sigmoid());
      const sum = x.matMul(weights);
      const product = x.abs().add(logEpsilon).log().matMul(weights).exp();
      const g = x.matMul(gate).sigmoid();
      const prediction = g.mul(sum).add(tf.scalar(1).sub(g).mul(product));
      const squares = prediction.sub(y).square();
      return (workload.members === 1 ? squares.mean() : squares.mean([1, 2]).sum()).asScalar();
    };

    let step = 0;
    const train = (steps: number): void => {
      for (let count = 0; count < steps; count++) {
        tf.tidy(() => {
          const batch = batches.at(step);
          const { grads } = tf.variableGrads(() => loss(batch), variables);
          optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
        });
        step++;
      }
    };
    return {
      ...device,
      compileMilliseconds: performance.now() - start,
      enter,
      run: runOf(train, () => wHat),
      answer: () => Promise.all(variables.map((each) => each.data())),
      dispose: () => {
        batches.dispose();
        optimizer.dispose();
        tf.dispose(variables);
      },
    };
  };

/**
 * The step as a tfjs user writes it: the formula in chained ops, `tf.variableGrads` and `tf.train.adam` inside `tf.tidy`.
 * Several members are one more axis in front; the losses are added, because members share no parameter.
 */
export const tfjsAutodiff = (backend: TfjsBackend): Column =>
  columnOf(`tfjs-autodiff${backend.suffix}`, { training: training(backend), inference: tfjsPrediction(backend, false) });
