import type * as JaxJs from '@jax-js/jax';
import type { numpy } from '@jax-js/jax';
import { columnOf, WorkloadNotSupportedError, type Column, type Prepared } from '../column.ts';
import { drawBatch, firstBatch, initialParameters, type Batch } from '../data.ts';
import type { Workload } from '../workloads.ts';

type Array = numpy.Array;

/** The parameters of a network. (An interface would not be a tree of arrays for jax-js.) */
type Network = { wHat: Array; mHat: Array; gate: Array };

/** Parameters and Adam's moments, each in one array [members?, kind, inputs, outputs], and the steps done. */
type State = { parameters: Array; first: Array; second: Array; steps: Array };

const KINDS = ['wHat', 'mHat', 'gate'] as const;

const VERSION = '0.1.25';

interface Globals {
  readonly navigator?: { readonly userAgent?: string };
}

/** jax-js looks at `navigator`, which Node has from version 21 on. */
const ensureNavigator = (): void => {
  const { navigator } = globalThis as Globals;
  if (navigator?.userAgent !== undefined) return;
  const value = { ...navigator, userAgent: 'node', hardwareConcurrency: 1 };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
};

const load = async (): Promise<typeof JaxJs> => {
  ensureNavigator();
  const jax = await import('@jax-js/jax').catch((error: unknown) => {
    throw new WorkloadNotSupportedError(
      `@jax-js/jax could not be loaded; npm install @jax-js/jax@${VERSION} brings it. ${String(error)}`,
    );
  });
  if (!(await jax.init('wasm')).includes('wasm')) throw new WorkloadNotSupportedError('jax-js finds no WebAssembly here.');
  jax.defaultDevice('wasm');
  return jax;
};

/** The layer for one network: jax-js takes every array that is used, and `ref` keeps it for another use. */
const layer =
  ({ nn, numpy: np }: typeof JaxJs, logEpsilon: number) =>
  ({ wHat, mHat, gate }: Network, x: Array): Array => {
    const weights = np.tanh(wHat).mul(nn.sigmoid(mHat));
    const sum = np.matmul(x.ref, weights.ref);
    const product = np.exp(np.matmul(np.log(np.abs(x.ref).add(logEpsilon)), weights));
    const g = nn.sigmoid(np.matmul(x, gate));
    return g.ref.mul(sum).add(np.array(1).sub(g).mul(product));
  };

/**
 * One whole step as one function: what `jit` is for. The three kinds of parameters lie in one array, because every kernel costs
 * a dispatch: it takes half as long as with an array for each.
 */
const stepOf = (jax: typeof JaxJs, workload: Workload) => {
  const { numpy: np } = jax;
  const { learningRate, beta1, beta2, epsilon } = workload.adam;
  const predict = layer(jax, workload.logEpsilon);
  const loss = (parameters: Array, x: Array, y: Array): Array => {
    const network = { wHat: parameters.ref.slice(0), mHat: parameters.ref.slice(1), gate: parameters.slice(2) };
    return np.square(predict(network, x).sub(y)).mean();
  };
  const gradient = jax.grad(loss);
  const gradients = workload.members === 1 ? gradient : jax.vmap(gradient);
  const power = (beta: number, steps: Array): Array => np.exp(steps.mul(Math.log(beta)));
  const corrected = (beta: number, steps: Array): Array => np.array(1).sub(power(beta, steps));
  return ({ parameters, first, second, steps }: State, x: Array, y: Array): State => {
    const g = gradients(parameters.ref, x, y);
    const m = first.mul(beta1).add(g.ref.mul(1 - beta1));
    const v = second.mul(beta2).add(np.square(g).mul(1 - beta2));
    const t = steps.add(1);
    const unbiasedFirst = m.ref.div(corrected(beta1, t.ref));
    const unbiasedSecond = v.ref.div(corrected(beta2, t.ref));
    const change = unbiasedFirst.mul(learningRate).div(np.sqrt(unbiasedSecond).add(epsilon));
    return { parameters: parameters.sub(change), first: m, second: v, steps: t };
  };
};

const shapeOf = ({ members }: Workload, ...sizes: number[]): number[] => (members === 1 ? sizes : [members, ...sizes]);

/** Ŵ, M̂ and G of every member, one member after the other. */
const packed = (workload: Workload): Float32Array => {
  const size = workload.inputs * workload.outputs;
  const initial = initialParameters(workload);
  const all = new Float32Array(3 * size * workload.members);
  for (let member = 0; member < workload.members; member++) {
    KINDS.forEach((kind, k) => all.set(initial[kind].subarray(member * size, (member + 1) * size), (3 * member + k) * size));
  }
  return all;
};

const unpacked = (all: ArrayLike<number>, { members, inputs, outputs }: Workload): readonly Float32Array[] => {
  const size = inputs * outputs;
  return KINDS.map((_, k) =>
    Float32Array.from({ length: members * size }, (__, i) => all[(3 * Math.floor(i / size) + k) * size + (i % size)]!),
  );
};

const path = (form: string): string => `jax-js ${VERSION} wasm; ${form}`;

/** jax-js keeps the array that it is given. */
const arrayOf = ({ numpy: np }: typeof JaxJs, values: Float32Array, shape: number[]): Array =>
  np.array(new Float32Array(values)).reshape(shape);

const training = async (workload: Workload): Promise<Prepared> => {
  const jax = await load();
  const start = performance.now();
  const { numpy: np, tree } = jax;
  const { inputs, outputs, batch: rows, members } = workload;
  const step = jax.jit(stepOf(jax, workload));
  const shape = shapeOf(workload, 3, inputs, outputs);
  let state: State = {
    parameters: arrayOf(jax, packed(workload), shape),
    first: np.zeros(shape),
    second: np.zeros(shape),
    steps: np.array(0),
  };
  let done = 0;
  const data: Batch = firstBatch(workload);
  const arrays = (): { x: Array; y: Array } => ({
    x: arrayOf(jax, data.x, shapeOf(workload, rows, inputs)),
    y: arrayOf(jax, data.y, shapeOf(workload, rows, outputs)),
  });
  const resident = workload.source === 'resident' ? arrays() : undefined;
  const batchOf = (): { x: Array; y: Array } => {
    if (resident !== undefined) return tree.ref(resident);
    drawBatch(workload, done, data);
    return arrays();
  };
  return {
    unit: 'webassembly',
    path: path(`jit of the whole step${members === 1 ? '' : ', vmap over members'}`),
    compileMilliseconds: performance.now() - start,
    run: async (steps) => {
      for (let count = 0; count < steps; count++) {
        const { x, y } = batchOf();
        state = step(state, x, y);
        done++;
      }
      await jax.blockUntilReady(state);
    },
    answer: async () => unpacked((await state.parameters.ref.data()) as Float32Array, workload),
    dispose: () => {
      tree.dispose(state);
      tree.dispose(resident);
      step.dispose();
    },
  };
};

const inference = async (workload: Workload): Promise<Prepared> => {
  const jax = await load();
  const { tree } = jax;
  const { inputs, outputs, batch } = workload;
  const predict = jax.jit(layer(jax, workload.logEpsilon));
  const initial = initialParameters(workload);
  const array = (values: Float32Array): Array => arrayOf(jax, values, [inputs, outputs]);
  const network: Network = { wHat: array(initial.wHat), mHat: array(initial.mHat), gate: array(initial.gate) };
  const { x } = firstBatch(workload);
  let y: ArrayLike<number> = [];
  return {
    unit: 'webassembly',
    path: path('jit'),
    compileMilliseconds: null,
    run: async (steps) => {
      for (let count = 0; count < steps; count++)
        y = (await predict(tree.ref(network), arrayOf(jax, x, [batch, inputs])).data()) as Float32Array;
    },
    answer: async () => [y],
    dispose: () => {
      tree.dispose(network);
      predict.dispose();
    },
  };
};

/** jax-js: the whole step under `jit`, gradients by `grad`, members by `vmap`, on its WebAssembly device. */
export const jaxJs: Column = columnOf('jax-js-jit', { training, inference });
