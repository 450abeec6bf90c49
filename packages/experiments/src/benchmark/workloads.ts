/**
 * One job, specified so completely that every column of the benchmark does the same arithmetic: NALU with weights
 * shared by both paths (Trask et al. 2018, equations 1–2), mean squared error over all elements of the batch, and Adam
 * (Kingma & Ba 2015, algorithm 1).
 *
 *     W = tanh(Ŵ) ⊙ σ(M̂)    a = x·W    m = exp(log(|x| + ε)·W)    g = σ(x·G)    y = g ⊙ a + (1 − g) ⊙ m
 *
 * A step of training is one update of all parameters. A step of inference is one call that turns a batch in the host's memory
 * into predictions in the host's memory, with the initial parameters.
 *
 * What depends on the batch alone (log(|x| + ε), transposes) may be kept from step to step where the batch stays the same:
 * our compilers hoist it out of the loop, and the hand-written baselines do as much.
 */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** Why these sizes are fair. */
  readonly why: string;
  readonly task: 'training' | 'inference';
  readonly inputs: number;
  readonly outputs: number;
  /** Rows per member and step. */
  readonly batch: number;
  /** Networks trained at once, each with its own parameters, batch and loss. */
  readonly members: number;
  readonly dtype: 'f32';
  /** `resident`: the batch of step 0 is used in every step. `drawn`: every step draws its own. */
  readonly source: 'resident' | 'drawn';
  /** x ~ U[low, high). */
  readonly range: readonly [low: number, high: number];
  /** Ŵ, M̂ ~ U[−weights, weights) and G ~ U[−gate, gate). */
  readonly initial: { readonly weights: number; readonly gate: number };
  /** ε in log(|x| + ε). */
  readonly logEpsilon: number;
  readonly adam: { readonly learningRate: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number };
  readonly seed: number;
  /** Steps of one call of `run`. A sample is a whole number of such calls, and the answer is checked after the first. */
  readonly stepsPerRun: number;
}

const nalu2to1 = {
  task: 'training',
  inputs: 2,
  outputs: 1,
  batch: 128,
  members: 1,
  dtype: 'f32',
  source: 'resident',
  range: [0.5, 1.5],
  initial: { weights: 2, gate: 1 },
  logEpsilon: 1e-6,
  adam: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  seed: 1,
  stepsPerRun: 100,
} as const;

/** The training jobs that everything is compared on, small to large. */
export const workloads: readonly Workload[] = [
  {
    ...nalu2to1,
    name: 'nalu-2-1-b128',
    title: 'NALU 2→1, batch 128, one Adam step, batch resident',
    why: 'The network of nearly every experiment on learned arithmetic: two numbers in, one out. Its 2,000 or so multiplications take a microsecond, so whatever else a step costs shows.',
  },
  {
    ...nalu2to1,
    name: 'nalu-2-1-b128-drawn',
    title: 'NALU 2→1, batch 128, one Adam step, batch drawn in the step',
    why: 'Published protocols draw a new batch in every step. 256 random numbers are about as much work as the step itself, so a column that draws them slowly cannot hide it.',
    source: 'drawn',
  },
  {
    ...nalu2to1,
    name: 'nalu-2-1-b128-100',
    title: 'NALU 2→1, batch 128, 100 seeds at once, per seed and step',
    why: 'Results in this field are success rates over about 100 seeds. Every seed has its own parameters and its own batch, so the batched form is the best an array library can do.',
    members: 100,
    stepsPerRun: 10,
  },
  {
    ...nalu2to1,
    name: 'nalu-256-256-b1024',
    title: 'NALU 256→256, batch 1024, one Adam step',
    why: 'A layer whose six matrix products (0.8 GFLOP) outweigh everything else by far, so the library with the fastest product should win: it keeps the small workloads from flattering a code generator that only does small things well.',
    inputs: 256,
    outputs: 256,
    batch: 1024,
    // The range of Glorot & Bengio (2010), √(6 / (inputs + outputs)): sums of 256 terms stay near 1, so that exp is finite.
    initial: { weights: 0.108, gate: 0.108 },
    stepsPerRun: 2,
  },
];
