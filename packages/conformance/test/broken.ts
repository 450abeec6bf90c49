import type { Backend, BackendInfo, DeviceBuffer, Executable, HostProgram, KernelTable, Precision } from '@nalu/core/backend';
import {
  arrayMemory,
  backendFromKernels,
  CONTRACT_VERSION,
  fillUniform,
  hostBackend,
  interpretedProgram,
} from '@nalu/core/backend';
import { ops, outputShape, sizeOf, type FloatArray, type Graph, type Kernel } from '@nalu/core/graph';

const info = { name: 'broken', device: 'core', runtime: 'test' };

/** The reference backend with some kernels replaced. */
export const withKernels = (kernels: KernelTable): Backend => backendFromKernels(info, kernels);

/** A kernel of a function of one number. */
export const unary =
  (f: (x: number) => number) =>
  (out: FloatArray, [x]: readonly FloatArray[]): void => {
    for (let i = 0; i < out.length; i++) out[i] = f(x![i]!);
  };

export const binary =
  (f: (a: number, b: number) => number) =>
  (out: FloatArray, [a, b]: readonly FloatArray[]): void => {
    for (let i = 0; i < out.length; i++) out[i] = f(a![i]!, b![i]!);
  };

/** Single precision only, `units` places off. */
export const off = (x: number, units: number): number => {
  const word = new Float32Array([x]);
  if (x === 0 || !Number.isFinite(x)) return x;
  new Int32Array(word.buffer)[0]! += units;
  return word[0]!;
};

const fullInfo: BackendInfo = {
  ...info,
  contract: CONTRACT_VERSION,
  versions: {},
  precisions: ['f32', 'f64'],
  simd: false,
  threads: 1,
  softwareAdapter: false,
  scan: 'host',
  random: 'host',
  paths: ['reference'],
};

type Program = HostProgram<FloatArray>;

/** The reference machine with its compiled programs replaced by `change`. */
export const withPrograms = (
  change: (program: Program, graph: Graph, precision: Precision) => Program,
  details: Partial<BackendInfo> = {},
): Backend =>
  hostBackend<FloatArray>({
    info: { ...fullInfo, ...details },
    memory: arrayMemory,
    compile: async (graph, precision) => change(interpretedProgram(graph, precision), graph, precision),
    dispose: () => {},
  });

/** The reference machine, given other graphs than those that it was asked to compile. */
export const withGraphs = (change: (graph: Graph) => Graph): Backend =>
  withPrograms((_, graph, precision) => interpretedProgram(change(graph), precision));

/** A backend with some methods replaced. */
export const withMethods = (backend: Backend, methods: (inner: Backend) => Partial<Backend>): Backend => ({
  ...backend,
  ...methods(backend),
});

/** A backend whose executables run in another way. */
export const withRun = (
  inner: Backend,
  run: (inputs: readonly DeviceBuffer[], executable: Executable, graph: Graph) => readonly DeviceBuffer[],
): Backend => ({
  ...inner,
  compile: async (graph, options) => {
    const executable = await inner.compile(graph, options);
    return { ...executable, run: (inputs) => run(inputs, executable, graph) };
  },
});

/** Sums in single precision, now forwards, now backwards. */
export const restlessSum = (): Kernel<'sum'> => {
  let turn = 0;
  return (out, [x], context) => {
    if (context.inputShapes[0]!.length !== context.attrs.axes.length || out instanceof Float64Array) {
      ops.sum.kernel(out, [x!], context);
      return;
    }
    turn = (turn + 1) % 3;
    const order = Array.from(x!);
    out[0] = (turn === 0 ? order.reverse() : order).reduce((total, each) => Math.fround(total + each), 0);
  };
};

/** The numbers that the next counter gives. */
export const lateUniform: Kernel<'randomUniform'> = (out, [key], { inputShapes, attrs }) => {
  const components = inputShapes[0]!.at(-1)!;
  const count = sizeOf(attrs.shape);
  for (let i = 0; i * count < out.length; i++) {
    const late = new Float32Array(count + 2);
    fillUniform(key!.subarray(i * components, (i + 1) * components), late);
    out.set(late.subarray(2), i * count);
  }
};

/** Fuses a·b + c into a·b − c, in graphs of more than a few nodes. */
export const misfused = (graph: Graph): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) =>
    graph.nodes.length > 10 && node.op === 'add' && graph.nodes[node.inputs[0]!]!.op === 'mul' ? { ...node, op: 'sub' } : node,
  ),
});

/** Lets a scan's second carry see the new value of the first. */
export const singleBuffered = (graph: Graph): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => {
    if (node.op !== 'scan' || node.attrs.carries < 2) return node;
    const { body, constants } = node.attrs;
    const outputs = body.outputs.map((id, i) => (i === 1 && id === body.inputs[constants] ? body.outputs[0]! : id));
    return { ...node, attrs: { ...node.attrs, body: { ...body, outputs } } };
  }),
});

/** Repeats the results of the first run. */
export const stale = (program: HostProgram<FloatArray>): HostProgram<FloatArray> => {
  let first: readonly FloatArray[] | undefined;
  return {
    ...program,
    run: (inputs, outputs) => {
      if (first === undefined) {
        program.run(inputs, outputs);
        first = outputs.map((output) => output.slice());
      } else first.forEach((values, i) => outputs[i]!.set(values));
    },
  };
};

/** After a run, changes the results of one member of a population by those of another. */
export const leaking =
  (leak: (mine: FloatArray, neighbour: FloatArray) => void) =>
  (program: HostProgram<FloatArray>, graph: Graph): HostProgram<FloatArray> => ({
    ...program,
    run: (inputs, outputs) => {
      program.run(inputs, outputs);
      const members = graph.population?.members ?? 1;
      outputs.forEach((output, i) => {
        const size = sizeOf(outputShape(graph, i)) / members;
        for (let member = members - 1; member > 0; member--)
          leak(output.subarray(member * size, (member + 1) * size), output.subarray((member - 1) * size, member * size));
      });
    },
  });
