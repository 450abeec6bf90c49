import { arrayMemory, CONTRACT_VERSION, fillUniform, hostBackend, type Backend, type HostProgram } from '@nalu/core/backend';
import { ops, type Affine, type FloatArray, type Kernel as OpKernel, type OpName } from '@nalu/core/graph';
import {
  foldStart,
  planKernels,
  planReport,
  type FoldOp,
  type KernelLimits,
  type KernelPlan,
  type Kernel,
  type Operand,
  type ScanStep,
  type Statement,
} from '@nalu/core/kernels';

/** A machine that runs kernel plans one number at a time, rounding to single precision: what the planner is tested on. */

type Names = Map<string, number>;

const evaluate = ({ constant, terms }: Affine, names: Names): number => {
  let total = constant;
  for (const { atom, factor } of terms) {
    if (atom.kind === 'variable') total += factor * names.get(atom.key)!;
    else if (atom.kind === 'quotient') total += factor * Math.floor(evaluate(atom.of, names) / atom.by);
    else total += factor * (evaluate(atom.of, names) % atom.by);
  }
  if (!Number.isInteger(total)) throw new Error(`An index is ${total}.`);
  return total;
};

const numberOf = (operand: Operand, names: Names): number =>
  typeof operand === 'number' ? Math.fround(operand) : names.get(operand)!;

const scratch = new Float32Array(1);
const operands = [0, 1, 2, 3].map((count) => Array.from({ length: count }, () => new Float32Array(1)));
const context = [0, 1, 2, 3].map((count) => ({ attrs: {}, shape: [], inputShapes: operands[count]!.map(() => []) }));

/** One number through the reference kernel of an op. */
const apply = (op: OpName, args: readonly Operand[], names: Names): number => {
  const given = operands[args.length]!;
  args.forEach((arg, i) => (given[i]![0] = numberOf(arg, names)));
  (ops[op].kernel as unknown as OpKernel<OpName>)(scratch, given, context[args.length] as never);
  return scratch[0]!;
};

const folding: { readonly [K in FoldOp]: (total: number, x: number) => number } = {
  add: (total, x) => Math.fround(total + x),
  mul: (total, x) => Math.fround(total * x),
  min: Math.min,
  max: Math.max,
};

const clamp = (x: number, extent: number): number => Math.max(0, Math.min(extent - 1, x));

type Rules = {
  readonly [K in Statement['kind']]: (
    statement: Extract<Statement, { kind: K }>,
    names: Names,
    reads: readonly FloatArray[],
  ) => number;
};

const rules: Rules = {
  read: ({ from, at }, names, reads) => {
    const offset = evaluate(at, names);
    const value = reads[from]![offset];
    if (value === undefined) throw new Error(`A read at ${offset} of ${reads[from]!.length} numbers.`);
    return value;
  },
  apply: ({ op, args }, names) => apply(op, args, names),
  number: ({ at }, names) => evaluate(at, names),
  within: ({ at, length }, names) => {
    const index = evaluate(at, names);
    return index >= 0 && index < length ? 1 : 0;
  },
  clampedIndex: ({ at, extent }, names) => clamp(evaluate(at, names), extent),
  tableIndex: ({ value, extent }, names) => clamp(Math.floor(numberOf(value, names)) || 0, extent),
  fold: ({ op, variable, length, body, value }, names, reads) => {
    let total = foldStart[op];
    for (let k = 0; k < length; k++) {
      names.set(variable, k);
      run(body, names, reads);
      total = folding[op](total, numberOf(value, names));
    }
    return total;
  },
  argmax: ({ variable, length, body, value }, names, reads) => {
    let best = 0;
    let leader = -Infinity;
    for (let k = 0; k < length; k++) {
      names.set(variable, k);
      run(body, names, reads);
      const x = numberOf(value, names);
      if (k === 0 || x > leader || (Number.isNaN(x) && !Number.isNaN(leader))) [best, leader] = [k, x];
    }
    return best;
  },
  random: ({ key, at }, names) => {
    const index = evaluate(at, names);
    const out = new Float32Array(index + 1);
    fillUniform(
      key.map((part) => numberOf(part, names)),
      out,
    );
    return out[index]!;
  },
};

const run = (statements: readonly Statement[], names: Names, reads: readonly FloatArray[]): void => {
  for (const statement of statements) {
    names.set(
      statement.name,
      (rules[statement.kind] as (s: Statement, n: Names, r: readonly FloatArray[]) => number)(statement, names, reads),
    );
  }
};

const indexNames = ({ terms }: Affine): readonly string[] =>
  terms.flatMap(({ atom }) => (atom.kind === 'variable' ? [atom.key] : indexNames(atom.of)));

/** Names are assigned once, before they are used, and used only in their block. */
const checkBlock = (statements: readonly Statement[], outer: ReadonlySet<string>): ReadonlySet<string> => {
  const known = new Set(outer);
  const use = (names: readonly Operand[]): void => {
    const unknown = names.find((name) => typeof name === 'string' && !known.has(name));
    if (unknown !== undefined) throw new Error(`${unknown} is used where it is not defined.`);
  };
  for (const statement of statements) {
    if ('at' in statement) use(indexNames(statement.at));
    if (statement.kind === 'apply') use(statement.args);
    if (statement.kind === 'random') use(statement.key);
    if (statement.kind === 'tableIndex') use([statement.value]);
    if ('body' in statement) {
      const inside = checkBlock(statement.body, new Set([...known, statement.variable]));
      if (typeof statement.value === 'string' && !inside.has(statement.value))
        throw new Error(`${statement.value} is not known.`);
    }
    if (known.has(statement.name)) throw new Error(`${statement.name} is defined twice.`);
    known.add(statement.name);
  }
  return known;
};

/** One kernel writes all next carries, first and in order. */
const checkTogether = ({ body, carries }: ScanStep): void => {
  const next = body.outputs.slice(0, carries.length).filter((id) => body.values[id]!.size > 0);
  if (next.length === 0) return;
  const writer = body.steps[body.values[next[0]!]!.step];
  const written = writer?.kind === 'kernel' ? writer.kernel.segments.map(({ writes }) => writes[0]!.value) : [];
  if (next.some((id, i) => id !== written[i])) throw new Error('The carries do not lie together.');
};

const checkPlan = (plan: KernelPlan): KernelPlan => {
  for (const step of plan.steps) {
    if (step.kind === 'scan') {
      checkPlan(step.body);
      if (step.together) checkTogether(step);
    }
    if (step.kind === 'kernel') for (const { body } of step.kernel.segments) checkBlock(body, new Set(['i']));
  }
  return plan;
};

const runKernel = (kernel: Kernel, memory: readonly FloatArray[]): void => {
  const reads = kernel.reads.map((value) => memory[value]!);
  const written = new Set(kernel.segments.flatMap(({ writes }) => writes.map(({ value }) => value)));
  if (kernel.reads.some((value) => written.has(value))) throw new Error('A kernel reads what it writes.');
  for (const { size, body, writes } of kernel.segments) {
    const names: Names = new Map();
    for (let i = 0; i < size; i++) {
      names.set('i', i);
      run(body, names, reads);
      for (const { value, from } of writes) memory[value]![i] = numberOf(from, names);
    }
  }
};

const runScan = (
  { body, length, keepEvery, constants, carries, stacked, results }: ScanStep,
  memory: readonly FloatArray[],
): void => {
  let carry: readonly FloatArray[] = carries.map((value) => memory[value]!.slice());
  for (let step = 0; step < length; step++) {
    const xs = stacked.map((value) => {
      const size = memory[value]!.length / length;
      return memory[value]!.subarray(step * size, (step + 1) * size);
    });
    const outputs = runPlan(body, [...constants.map((value) => memory[value]!), ...carry, ...xs]);
    carry = outputs.slice(0, carries.length);
    if ((step + 1) % keepEvery !== 0) continue;
    outputs.slice(carries.length).forEach((y, i) => {
      const result = results[carries.length + i];
      if (result !== undefined) memory[result]!.set(y, ((step + 1) / keepEvery - 1) * y.length);
    });
  }
  carry.forEach((y, i) => {
    if (results[i] !== undefined) memory[results[i]]!.set(y);
  });
};

const runPlan = (plan: KernelPlan, inputs: readonly FloatArray[]): readonly FloatArray[] => {
  // NaN shows what is read before it was written.
  const memory = plan.values.map(({ size, origin }) => {
    if (origin.kind === 'input') return inputs[origin.index]!;
    return origin.kind === 'constant' ? Float32Array.from(origin.data) : new Float32Array(size).fill(NaN);
  });
  for (const step of plan.steps) {
    if (step.kind === 'kernel') runKernel(step.kernel, memory);
    else if (step.kind === 'scan') runScan(step, memory);
    else {
      const { a, b, out, sizes, transposeA, transposeB } = step;
      const { batch, m, n, k } = sizes;
      ops.matmul.kernel(memory[out]!, [memory[a]!, memory[b]!], {
        attrs: { transposeA, transposeB },
        shape: [batch, m, n],
        inputShapes: [transposeA ? [batch, k, m] : [batch, m, k], transposeB ? [batch, n, k] : [batch, k, n]],
      });
    }
  }
  return plan.outputs.map((value) => memory[value]!);
};

const program = (plan: KernelPlan): HostProgram<FloatArray> => ({
  run: (inputs, outputs) => runPlan(plan, inputs).forEach((values, i) => outputs[i]!.set(values)),
  report: planReport(plan, 0, 'native'),
  workingBytes: 0,
  dispose: () => {},
});

/** A backend that runs kernel plans made for a machine with these limits. */
export const kernelBackend = (limits: KernelLimits): Backend =>
  hostBackend<FloatArray>({
    info: {
      name: 'kernel machine',
      contract: CONTRACT_VERSION,
      device: 'interpreted kernels',
      runtime: 'JavaScript',
      versions: {},
      precisions: ['f32'],
      simd: false,
      threads: 1,
      softwareAdapter: false,
      scan: 'native',
      random: 'native',
      paths: ['fused', 'library'],
    },
    memory: arrayMemory,
    compile: async (graph) => program(checkPlan(planKernels(graph, limits))),
    dispose: () => {},
  });
