import type { Prepared } from '../column.ts';
import { firstBatch, initialParameters } from '../data.ts';
import type { Workload } from '../workloads.ts';
import { loadTfjs, shapeOf, type Tfjs } from './tfjs.ts';
import type { TfjsBackend } from './tfjs-backends.ts';

/**
 * Predictions with tfjs: a batch goes in as an array and comes back as one. `kept`: the weights are computed once, as an expert
 * does it; otherwise in every call, as the formula stands.
 */
export const tfjsPrediction =
  (backend: TfjsBackend, kept: boolean) =>
  async (workload: Workload): Promise<Prepared> => {
    const { tf, device, enter } = await loadTfjs(backend, kept ? 'weights computed once' : 'the formula in chained ops');
    const start = performance.now();
    const { inputs, outputs, batch, logEpsilon } = workload;
    const shape = shapeOf(workload, inputs, outputs);
    const initial = initialParameters(workload);
    const { x } = firstBatch(workload);
    const [wHat, mHat, gate] = [initial.wHat, initial.mHat, initial.gate].map((values) => tf.tensor(values, shape));
    const weightsOf = (): Tfjs.Tensor => wHat!.tanh().mul(mHat!.sigmoid());
    const weights = kept ? tf.tidy(weightsOf) : undefined;
    const predict = (): Tfjs.Tensor =>
      tf.tidy(() => {
        const rows = tf.tensor(x, shapeOf(workload, batch, inputs));
        const w = weights ?? weightsOf();
        const sum = rows.matMul(w);
        const product = rows.abs().add(logEpsilon).log().matMul(w).exp();
        const g = rows.matMul(gate!).sigmoid();
        return kept ? product.add(g.mul(sum.sub(product))) : g.mul(sum).add(tf.scalar(1).sub(g).mul(product));
      });
    let y: ArrayLike<number> = [];
    return {
      ...device,
      compileMilliseconds: performance.now() - start,
      enter,
      run: async (steps) => {
        await enter();
        for (let count = 0; count < steps; count++) {
          const result = predict();
          y = backend.isAsynchronous ? await result.data() : result.dataSync();
          result.dispose();
        }
      },
      answer: async () => [y],
      dispose: () => tf.dispose([wHat!, mHat!, gate!, ...(weights === undefined ? [] : [weights])]),
    };
  };
