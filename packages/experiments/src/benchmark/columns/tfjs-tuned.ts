import { columnOf, type Column, type Prepared } from '../column.ts';
import { initialParameters } from '../data.ts';
import { loadTfjs, shapeOf, tensorBatches, type TensorBatch, type Tfjs } from './tfjs.ts';
import type { TfjsBackend } from './tfjs-backends.ts';
import { tfjsPrediction } from './tfjs-prediction.ts';
import type { Workload } from '../workloads.ts';

/** log(|x| + ε), and both transposed. (An interface would not pass through tidy.) */
type Derived = { logs: Tfjs.Tensor; xT: Tfjs.Tensor; logsT: Tfjs.Tensor };

const training =
  (backend: TfjsBackend) =>
  async (workload: Workload): Promise<Prepared> => {
    const form = workload.members === 1 ? 'gradients by hand' : 'gradients by hand, members batched by hand';
    const { tf, device, enter, runOf } = await loadTfjs(backend, form);
    const start = performance.now();
    const { inputs, outputs, logEpsilon } = workload;
    const { learningRate, beta1, beta2, epsilon } = workload.adam;
    const shape = shapeOf(workload, inputs, outputs);
    const rank = shape.length;
    const swapped = rank === 2 ? [1, 0] : [0, 2, 1];
    const scale = 2 / (workload.batch * outputs);
    const batches = tensorBatches(tf, workload);

    const initial = initialParameters(workload);
    const size = initial.wHat.length;
    let wHat: Tfjs.Tensor = tf.tensor(initial.wHat, shape);
    let mHat: Tfjs.Tensor = tf.tensor(initial.mHat, shape);
    let gate: Tfjs.Tensor = tf.tensor(initial.gate, shape);
    let flat: Tfjs.Tensor = tf.tidy(() => tf.concat([wHat.flatten(), mHat.flatten(), gate.flatten()]));
    // Both moments are kept divided by (1 − β), which saves a multiplication each.
    let first: Tfjs.Tensor = tf.zeros([3 * size]);
    let second: Tfjs.Tensor = tf.zeros([3 * size]);
    let step = 0;

    /** What depends on the batch alone. */
    const derive = ({ x }: TensorBatch): Derived => {
      const logs = tf.log(tf.add(tf.abs(x), logEpsilon));
      return { logs, xT: tf.transpose(x, swapped), logsT: tf.transpose(logs, swapped) };
    };
    const kept = workload.source === 'resident' ? tf.tidy(() => derive(batches.at(0))) : null;

    const gradient = ({ x, y }: TensorBatch, { logs, xT, logsT }: Derived): Tfjs.Tensor => {
      const tanhW = tf.tanh(wHat);
      const sigmoidM = tf.sigmoid(mHat);
      const weights = tf.mul(tanhW, sigmoidM);
      const sum = tf.matMul(x, weights);
      const product = tf.exp(tf.matMul(logs, weights));
      const g = tf.sigmoid(tf.matMul(x, gate));
      const difference = tf.sub(sum, product);
      const gated = tf.mul(g, difference);

      const d = tf.mul(tf.sub(tf.add(product, gated), y), scale);
      const dSum = tf.mul(d, g);
      const rest = tf.sub(d, dSum);
      const dLogProduct = tf.mul(rest, product);
      // d·(a − m)·g·(1 − g) = (d·(1 − g))·(g·(a − m)).
      const dGateInput = tf.mul(rest, gated);

      const dWeights = tf.add(tf.matMul(xT, dSum), tf.matMul(logsT, dLogProduct));
      const dGate = tf.matMul(xT, dGateInput);
      const dTanh = tf.mul(dWeights, sigmoidM);
      const dWHat = tf.sub(dTanh, tf.mul(dTanh, tf.square(tanhW)));
      const dLogits = tf.mul(dWeights, weights);
      const dMHat = tf.sub(dLogits, tf.mul(dLogits, sigmoidM));
      return tf.concat([tf.reshape(dWHat, [size]), tf.reshape(dMHat, [size]), tf.reshape(dGate, [size])]);
    };

    const advance = (): void => {
      const before = [flat, first, second, wHat, mHat, gate];
      const t = step + 1;
      const correction = Math.sqrt((1 - beta2) / (1 - beta2 ** t));
      const rate = (learningRate * (1 - beta1)) / (1 - beta1 ** t) / correction;
      [flat, first, second, wHat, mHat, gate] = tf.tidy(() => {
        const batch = batches.at(step);
        const g = gradient(batch, kept ?? derive(batch));
        const nextFirst = tf.add(tf.mul(first, beta1), g);
        const nextSecond = tf.add(tf.mul(second, beta2), tf.square(g));
        const change = tf.div(nextFirst, tf.add(tf.sqrt(nextSecond), epsilon / correction));
        const nextFlat = tf.sub(flat, tf.mul(change, rate));
        const part = (index: number) => tf.reshape(tf.slice(nextFlat, [index * size], [size]), shape);
        return [nextFlat, nextFirst, nextSecond, part(0), part(1), part(2)];
      }) as [Tfjs.Tensor, Tfjs.Tensor, Tfjs.Tensor, Tfjs.Tensor, Tfjs.Tensor, Tfjs.Tensor];
      tf.dispose(before);
      step = t;
    };

    const train = (steps: number): void => {
      for (let count = 0; count < steps; count++) advance();
    };

    return {
      ...device,
      compileMilliseconds: performance.now() - start,
      enter,
      run: runOf(train, () => flat),
      answer: () => Promise.all([wHat, mHat, gate].map((tensor) => tensor.data<'float32'>())),
      dispose: () => {
        batches.dispose();
        if (kept !== null) tf.dispose(Object.values(kept));
        tf.dispose([flat, first, second, wHat, mHat, gate]);
      },
    };
  };

/**
 * The step as an expert who measured tfjs-wasm writes it: gradients derived by hand, nothing computed twice, no gradient
 * with respect to the batch, operands transposed explicitly (tfjs-wasm's products with a transpose flag are ten times as
 * slow), and Adam once over all parameters, which lie in one tensor.
 */
export const tfjsTuned = (backend: TfjsBackend): Column =>
  columnOf(`tfjs-tuned${backend.suffix}`, { training: training(backend), inference: tfjsPrediction(backend, true) });
