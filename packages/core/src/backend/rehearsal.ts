import type { Graph } from '../graph/graph.ts';
import { trace } from '../graph/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gradients } from '../transform/grad.ts';
import { scan } from '../transform/scan.ts';

/** A NALU that shares its weights with its gate: products and quotients, logarithms, exponentials, broadcasts. */
const nalu = (x: Tensor, w: Tensor): Tensor => {
  const weights = w.tanh().mul(w.sigmoid());
  const product = x.abs().add(1e-7).log().matmul(weights).exp();
  const gate = x.matmul(w).sigmoid();
  return gate.mul(x.matmul(weights)).add(gate.neg().add(1).mul(product));
};

/** Some steps of its training. */
const trainingSteps = (start: Tensor, x: Tensor, y: Tensor): readonly Tensor[] => {
  const { carry } = scan({ length: 2, carry: [start] }, ([w]) => {
    const loss = nalu(x, w!).sub(y).square().mean();
    const [g] = gradients(loss, [w!]);
    return { carry: [w!.sub(g!.div(g!.square().sqrt().add(1e-8)).mul(0.01))] };
  });
  return carry;
};

/** As many rows as make loops over vectors, with totals. */
const ROWS = 64;

const smallTrainingLoop = (): Graph => {
  const inputs = [
    { name: 'w', shape: [2, 1] },
    { name: 'x', shape: [ROWS, 2] },
    { name: 'y', shape: [ROWS, 1] },
  ];
  return trace(inputs, (w, x, y) => trainingSteps(w!, x!, y!), 'rehearsal');
};

/**
 * What a backend does when it is created, so that the first graph is compiled in half the time: it compiles a small training
 * loop and forgets it. JavaScript engines read a function in full only when it is first called, and a compiler has several
 * hundred. Once in a thread is enough; later calls do nothing.
 */
export const newRehearsal = (compile: (graph: Graph) => unknown): (() => void) => {
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    compile(smallTrainingLoop());
  };
};
