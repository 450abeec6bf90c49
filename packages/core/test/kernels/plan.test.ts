import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trace } from '../../src/graph/trace.ts';
import type { Kernel, KernelLimits, KernelPlan, Value } from '../../src/kernels/ir.ts';
import { planKernels } from '../../src/kernels/plan.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { applyModule } from '../../src/modules/apply.ts';
import { listParams } from '../../src/modules/tree.ts';
import { concat, constant, type Tensor } from '../../src/tensor/tensor.ts';
import { gradients } from '../../src/transform/grad.ts';
import { scan } from '../../src/transform/scan.ts';

const arena: KernelLimits = {
  storages: 1,
  storageOf: () => 'arena',
  multipleWrites: true,
  wantsMatmul: ({ m, n, k }) => m * n * k >= 4096,
};

/** Inputs apart; what one kernel writes, together. */
const storageOf: KernelLimits['storageOf'] = ({ origin, step, result }) => {
  if (origin.kind === 'constant') return 'constants';
  if (origin.kind === 'input') return origin.carried ? 'carries' : `input ${origin.index}`;
  return `step ${step}, ${result}`;
};

const apart = (storages: number): KernelLimits => ({ storages, storageOf, multipleWrites: false, wantsMatmul: () => false });

const kernelsOf = ({ steps }: KernelPlan): readonly Kernel[] =>
  steps.flatMap((step) => (step.kind === 'kernel' ? [step.kernel] : step.kind === 'scan' ? kernelsOf(step.body) : []));

/** Every value is written once, before it is read, and its life covers all steps that read it. */
const checkLives = ({ steps, values, inputs, outputs }: KernelPlan): void => {
  const written = new Set([...inputs, ...values.flatMap(({ origin }, id) => (origin.kind === 'constant' ? [id] : []))]);
  const read = (ids: readonly number[], step: number): void => {
    for (const id of ids) {
      expect(written, `value ${id} is read in step ${step}`).toContain(id);
      expect(values[id]!.lastStep).toBeGreaterThanOrEqual(step);
    }
  };
  const write = (ids: readonly (number | undefined)[], step: number): void => {
    for (const id of ids) {
      if (id === undefined) continue;
      expect(written).not.toContain(id);
      expect(values[id]!.step).toBe(step);
      written.add(id);
    }
  };
  steps.forEach((step, at) => {
    if (step.kind === 'kernel') {
      read(step.kernel.reads, at);
      write(
        step.kernel.segments.flatMap(({ writes }) => writes.map(({ value }) => value)),
        at,
      );
    } else if (step.kind === 'matmul') {
      read([step.a, step.b], at);
      write([step.out], at);
    } else {
      read([...step.constants, ...step.carries, ...step.stacked], at);
      write(step.results, at);
      checkLives(step.body);
    }
  });
  outputs.forEach((id) => expect(values[id]!.size === 0 || written.has(id)).toBe(true));
};

const storagesOf = (plan: KernelPlan, { reads, segments }: Kernel): ReadonlySet<string> => {
  const writes = segments.flatMap((segment) => segment.writes.map(({ value }) => value));
  return new Set([...reads, ...writes].map((id) => storageOf(plan.values[id] as Value)));
};

/** NALU's loss, its gradients, and one step of gradient descent. */
const descent = (): ReturnType<typeof trace> => {
  const module = nalu({ inputs: 2, outputs: 1, weights: 'shared' });
  const params = listParams(module.params);
  const specs = [
    { name: 'x', shape: [128, 2] },
    { name: 'y', shape: [128, 1] },
    ...params.map(({ path, spec }) => ({ name: path, shape: spec.shape })),
  ];
  return trace(specs, (x, y, ...values) => {
    const tree = Object.fromEntries(params.map(({ path }, i) => [path, values[i]!]));
    const loss = applyModule(module, tree as never, x!)
      .sub(y!)
      .square()
      .mean();
    return [loss, ...gradients(loss, values).map((g, i) => values[i]!.sub(g.mul(0.1)))];
  });
};

describe('planKernels', () => {
  it('trains a NALU with two kernels a step: one over rows, one over parameters', () => {
    const plan = planKernels(descent(), arena);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['kernel', 'kernel']);
    const [rows, parameters] = kernelsOf(plan);
    expect(rows!.segments.map(({ size }) => size)).toEqual([128]);
    expect(parameters!.segments.map(({ size }) => size).sort()).toEqual([1, 2, 2]);
    checkLives(plan);
  });

  it('computes several results of the same work in the same threads, where the machine can write several', () => {
    const graph = trace([{ name: 'x', shape: [100] }], (x) => {
      const e = x!.exp();
      return [e.add(1), e.mul(2), x!.neg()];
    });
    expect(kernelsOf(planKernels(graph, arena))[0]!.segments.map(({ writes }) => writes.length)).toEqual([2, 1]);
    expect(kernelsOf(planKernels(graph, apart(8)))[0]!.segments.map(({ writes }) => writes.length)).toEqual([1, 1, 1]);
  });

  it('stores what many threads would compute again, and nothing else', () => {
    const graph = trace(
      [
        { name: 'x', shape: [512, 64] },
        { name: 'w', shape: [64, 64] },
      ],
      (x, w) => [x!.matmul(w!.tanh().exp())],
    );
    const plan = planKernels(graph, apart(8));
    expect(kernelsOf(plan).map(({ segments }) => segments[0]!.size)).toEqual([64 * 64, 512 * 64]);
    const cheap = trace([{ name: 'x', shape: [512] }], (x) => [x!.tanh().exp().add(x!.tanh())]);
    expect(kernelsOf(planKernels(cheap, apart(8)))).toHaveLength(1);
  });

  it('does long reductions in two stages, by their own length only', () => {
    const stages = (shape: readonly number[]): number =>
      planKernels(
        trace([{ name: 'x', shape }], (x) => [x!.sum(-1)]),
        arena,
      ).steps.length;
    expect([stages([4095]), stages([4096]), stages([3, 5000]), stages([5000, 7])]).toEqual([1, 2, 2, 1]);
  });

  it('leaves the products that a library wants to the library', () => {
    const graph = trace(
      [
        { name: 'a', shape: [16, 16] },
        { name: 'b', shape: [16, 16] },
      ],
      (a, b) => [a!.exp().matmul(b!.transpose()).tanh(), a!.slice([0, 0], [2, 2]).matmul(b!.slice([0, 0], [2, 2]))],
    );
    const plan = planKernels(graph, arena);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['kernel', 'matmul', 'kernel']);
    checkLives(plan);
  });

  it('keeps to the number of storages, whatever one value needs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 3, max: 9 }), (inputs, storages) => {
        const specs = Array.from({ length: inputs }, (_, i) => ({ name: `x${i}`, shape: [3] }));
        const graph = trace(specs, (...xs) => [
          concat(xs, 0).exp(),
          xs.reduce((total, x) => total.mul(x)),
          ...xs.map((x: Tensor) => x.neg()),
        ]);
        const plan = planKernels(graph, apart(storages));
        for (const kernel of kernelsOf(plan)) expect(storagesOf(plan, kernel).size).toBeLessThanOrEqual(storages);
        checkLives(plan);
      }),
      { numRuns: 20 },
    );
  });

  it('plans loops with their bodies, and takes what does not change out of them', () => {
    const graph = trace(
      [
        { name: 'x', shape: [4] },
        { name: 'w', shape: [4] },
      ],
      (x, w) => {
        const { carry, ys } = scan({ length: 5, carry: [x!] }, ([a]) => ({ carry: [a!.mul(w!.exp())], ys: [a!] }));
        return [carry[0]!, ys![0]!];
      },
    );
    const plan = planKernels(graph, arena);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['kernel', 'scan']);
    checkLives(plan);
  });

  const carrying = (sizes: readonly number[]): ReturnType<typeof trace> =>
    trace(
      sizes.map((size, i) => ({ name: `x${i}`, shape: [size] })),
      (...xs) => {
        const { carry } = scan({ length: 3, carry: xs }, (carries) => {
          const total = carries.reduce((sum, x) => sum.add(x.sum()), carries[0]!.sum());
          return { carry: carries.map((x, i) => (i === 0 ? x : x.mul(total.exp()))) };
        });
        // Reads all results at once.
        return [concat(carry, 0).neg(), ...carry];
      },
    );
  const scanOf = (plan: KernelPlan) => plan.steps.find((step) => step.kind === 'scan')!;

  it('has the carries of a loop written by one kernel, in order, where a kernel has one output', () => {
    const sizes = Array.from({ length: 12 }, (_, i) => (i === 3 ? 0 : i + 1));
    const plan = planKernels(carrying(sizes), apart(4));
    const { body, together } = scanOf(plan);
    expect(together).toBe(true);
    const { step } = body.values[body.outputs[0]!]!;
    const { kernel } = body.steps[step] as { readonly kernel: Kernel };
    expect(kernel.segments.map(({ writes }) => writes[0]!.value)).toEqual(body.outputs.filter((id) => body.values[id]!.size > 0));
    checkLives(plan);
    for (const each of [plan, body])
      for (const { kernel: its } of each.steps.filter((one) => one.kind === 'kernel'))
        expect(storagesOf(each, its).size).toBeLessThanOrEqual(4);
    expect(scanOf(planKernels(carrying(sizes), arena)).together).toBe(false);
  });

  it('leaves carries apart that are too large for one kernel', () => {
    const plan = planKernels(carrying([3, 70_000, 2]), apart(8));
    expect(scanOf(plan).together).toBe(false);
    checkLives(plan);
  });

  it('stores what results have in common where a kernel runs at that time anyway', () => {
    const graph = trace([{ name: 'x', shape: [64] }], (x) => {
      const total = x.mul(x).sum().exp();
      const shared = x.sub(1).tanh();
      return [shared.mul(total), shared.add(total), shared.sub(total)];
    });
    const [first, second] = kernelsOf(planKernels(graph, { ...apart(8), dispatch: 100 }));
    expect(first!.ops.filter((op) => op === 'tanh')).toHaveLength(1);
    expect(second!.ops).not.toContain('tanh');
  });

  it('computes what depends on constants alone once, while it plans', () => {
    const graph = trace([{ name: 'x', shape: [4] }], (x) => [x.mul(constant(1, [4]).div(constant(128, [4])))]);
    const [{ kernel }] = planKernels(graph, apart(8)).steps as unknown as readonly [{ readonly kernel: Kernel }];
    expect(kernel.ops).toEqual(['mul']);
    expect(kernel.segments[0]!.body.at(-1)).toMatchObject({ op: 'mul', args: ['v0', 1 / 128] });
  });
});
