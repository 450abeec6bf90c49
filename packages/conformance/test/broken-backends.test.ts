import { describe, expect, test } from 'vitest';
import type { Backend, DeviceBuffer } from '@nalu/core/backend';
import { sizeOf, ops, type FloatArray } from '@nalu/core/graph';
import { runConformance, type Failure, type Report } from '@nalu/conformance';
import {
  binary,
  lateUniform,
  leaking,
  misfused,
  off,
  restlessSum,
  singleBuffered,
  stale,
  unary,
  withGraphs,
  withKernels,
  withMethods,
  withPrograms,
  withRun,
} from './broken.ts';

const reference = (): Backend => withKernels({});

interface Fault {
  /** What is broken. */
  readonly name: string;
  readonly create: () => Backend;
  /** Checks that must fail, by name. */
  readonly caughtBy: readonly string[];
  /** What one of the messages must say. */
  readonly message: RegExp;
  /** Checks in which the same fault may show as well; none by default. Everything else must pass. */
  readonly related?: RegExp;
  readonly failNextStep?: (backend: Backend) => void;
}

const nanIgnoring = (pick: (a: number, b: number) => number) => (a: number, b: number) =>
  Number.isNaN(a) ? b : Number.isNaN(b) ? a : pick(a, b);

/** [2, 1] to [2, 3] read as if it were [3] to [2, 3]: right for scalars and for new leading axes. */
const wrongStride = (out: FloatArray, [x]: readonly FloatArray[]): void => {
  for (let i = 0; i < out.length; i++) out[i] = x![i % x!.length]!;
};

const readsFreed = (): Backend => {
  const freed = new WeakSet<DeviceBuffer>();
  return withMethods(reference(), (inner) => ({
    free: (buffer) => {
      inner.free(buffer);
      freed.add(buffer);
    },
    read: async (...buffers) => {
      const results: FloatArray[] = [];
      for (const buffer of buffers)
        results.push(freed.has(buffer) ? new Float32Array(sizeOf(buffer.shape)) : (await inner.read(buffer))[0]!);
      return results;
    },
  }));
};

let failing = false;

/** `add` throws when it is told to, as a device would fail. */
const fallible = (): Backend =>
  withKernels({
    add: (out, inputs, context) => {
      if (failing) {
        failing = false;
        throw new Error('device lost');
      }
      ops.add.kernel(out, inputs, context);
    },
  });

const failNextStep = (): void => {
  failing = true;
};

/** A failed step leaves zeros, and nobody hears of it. */
const silent = (): Backend =>
  withKernels({
    add: (out, inputs, context) => {
      if (!failing) ops.add.kernel(out, inputs, context);
      failing = false;
    },
  });

const faults: readonly Fault[] = [
  {
    name: 'wrong sign at −0',
    create: () => withKernels({ neg: unary((x) => 0 - x) }),
    caughtBy: ['neg: signed zeros'],
    message: /^neg\(0\) = 0, but should be −0/,
  },
  {
    name: 'tanh off by 20 ulp',
    create: () =>
      withKernels({
        tanh: (out, [x]) =>
          out.forEach((_, i) => (out[i] = out instanceof Float32Array ? off(Math.tanh(x![i]!), 20) : Math.tanh(x![i]!))),
      }),
    caughtBy: ['tanh: random values', 'tanh: special values', 'tanh: shapes'],
    message: /^tanh\(.*\) = .* \(off by [\d.]+ ulp, allowed 4 ulp\)/,
    related: /^tanh: |^derivatives: at kinks|^graphs: |^scan: /,
  },
  {
    name: 'a leaked buffer',
    create: () => {
      const inner = reference();
      return withRun(inner, (inputs, executable) => {
        inner.upload(new Float32Array(4), [4]);
        return executable.run(inputs);
      });
    },
    caughtBy: ['memory: returns to where it was after compile, run and dispose', 'memory: stays where it was over many steps'],
    message: /^Memory leaks: after compiling, running, freeing and disposing/,
    // Counts the buffers of a single run; inputs that are refused are counted too.
    related: /^buffers: (use after donation|inputs that do not fit)/,
  },
  {
    name: 'stale results after reuse',
    create: () => withPrograms(stale),
    caughtBy: ['executables: fresh results on every run'],
    message: /^run 2 of one executable/,
    // They reuse an executable too.
    related: /^executables: program order|^population: |^training: |^random: uniform/,
  },
  {
    name: "one member's NaN leaks into the next",
    create: () =>
      withPrograms(
        leaking((mine, neighbour) => {
          if (neighbour.some(Number.isNaN)) mine.fill(NaN);
        }),
      ),
    caughtBy: ['population: a NaN member touches no other'],
    message: /member 2 is NaN, and that changes another member/,
    related: /^graphs: random|^population: together/,
  },
  {
    name: "one member's numbers leak into the next",
    create: () =>
      withPrograms(
        leaking((mine, neighbour) => {
          if (mine.length > 0) mine[0] = mine[0]! + 1e-6 * neighbour[0]!;
        }),
      ),
    caughtBy: ['population: together = one by one'],
    message: /compared with the same member alone/,
    related: /^population: |^random: keys made on the device/,
  },
  {
    name: 'a path other than the one asked for',
    create: () => withPrograms((program) => program, { paths: ['fused'] }),
    caughtBy: ['paths: path asked = path run'],
    message: /asked to take the paths fused, but .* ran on the path "reference"/,
  },
  {
    name: 'a loop on the host where a native one was promised',
    create: () => withPrograms((program) => program, { scan: 'native' }),
    caughtBy: ['paths: scan asked = scan run'],
    message: /should say scan "native".*says "host"/,
  },
  {
    name: 'a wrong broadcasting stride',
    create: () => withKernels({ broadcastTo: wrongStride }),
    caughtBy: ['broadcastTo: shapes', 'add: broadcasting', 'where: broadcasting'],
    message: /^broadcastTo\(\[.*1.*\], shape:\[.*\]\)\[.*\] = /,
    // Sums spread their cotangents by broadcasting, and so do softmax, the batching rules and random graphs.
    related:
      /^broadcastTo: |: broadcasting$|: derivative$|^derivatives: |^composites: |^graphs: |^population: |^scan: |^random: /,
  },
  {
    name: 'max that ignores NaN',
    create: () => withKernels({ max: binary(nanIgnoring(Math.max)) }),
    caughtBy: ['max: special values'],
    message: /^max\((.*, )?NaN.* but should be NaN/,
  },
  {
    name: 'a sum that is not deterministic',
    create: () => withKernels({ sum: restlessSum() }),
    caughtBy: ['executables: determinism'],
    message: /^sums of 10,280 numbers, run again/,
    related: /^scan: chunks|^population: |^graphs: structured clone/,
  },
  {
    name: 'freed buffers that can still be read',
    create: readsFreed,
    caughtBy: ['buffers: use after free'],
    message: /^Reading a freed buffer must reject .*, but it succeeded/,
  },
  {
    name: 'uniform numbers off by one counter',
    create: () => withKernels({ randomUniform: lateUniform }),
    caughtBy: ['random: uniform numbers = host numbers, bit for bit', 'randomUniform: shapes'],
    message: /^uniform number \d+ of \d+ for seed \d+, member/,
    related: /^randomUniform: |^random: /,
  },
  {
    name: 'fusion that changes the result',
    create: () => withGraphs(misfused),
    caughtBy: ['graphs: fused = op by op', 'graphs: random graphs'],
    message: /of one graph, compared with op by op/,
    // No op alone is wrong, only graphs of several.
    related: /^graphs: |^training: |^scan: |: derivative$|^derivatives: |^composites: |^executables: fresh results/,
  },
  {
    name: 'carries of a loop updated in place',
    create: () => withGraphs(singleBuffered),
    caughtBy: ['scan: scan = unrolled'],
    message: /^carries that swap places/,
    related: /^scan: /,
  },
  {
    name: 'a second dispose that throws',
    create: () => {
      let disposed = false;
      return withMethods(reference(), (inner) => ({
        dispose: async () => {
          // The first dispose is the suite's last act on its own backend.
          if (disposed) throw new Error('already disposed');
          disposed = true;
          await inner.dispose();
        },
      }));
    },
    caughtBy: ['backend: use after dispose'],
    message: /already disposed/,
  },
  {
    name: 'superfluous inputs that are not refused',
    create: () => withRun(reference(), (inputs, executable, graph) => executable.run(inputs.slice(0, graph.inputs.length))),
    caughtBy: ['buffers: inputs that do not fit the graph'],
    message: /^Running with too many inputs must throw .* nothing was thrown/,
  },
  {
    name: 'a failed step that nobody hears of',
    create: silent,
    failNextStep,
    caughtBy: ['buffers: a failed step poisons only what derives from it'],
    message: /^Reading the result of a failed step must reject/,
  },
];

const nameOf = (failure: Failure): string => `${failure.op}: ${failure.case}`;

const run = (fault: Pick<Fault, 'create' | 'failNextStep'>): Promise<Report> =>
  runConformance({
    create: async () => fault.create(),
    ...(fault.failNextStep === undefined ? {} : { failNextStep: fault.failNextStep }),
  });

describe('a backend that is broken on purpose is caught by name', () => {
  for (const fault of faults) {
    test(`${fault.name}`, async () => {
      const { failures, failed } = await run(fault);
      const names = failures.map(nameOf);
      expect(names).toEqual(expect.arrayContaining([...fault.caughtBy]));
      expect(
        failures.filter((failure) => fault.caughtBy.includes(nameOf(failure))).some(({ message }) => fault.message.test(message)),
      ).toBe(true);
      const unrelated = failures.filter(
        (failure) => !fault.caughtBy.includes(nameOf(failure)) && !(fault.related?.test(nameOf(failure)) ?? false),
      );
      expect(unrelated).toEqual([]);
      expect(failed).toBe(failures.length);
    });
  }
});

test('a sound backend passes everything, a step that fails on demand included', async () => {
  const { failures, passed, ops: summaries } = await run({ create: fallible, failNextStep });
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(300);
  expect(summaries.find(({ op }) => op === 'tanh')).toMatchObject({
    worstUlp: expect.any(Number),
    worstInput: expect.stringContaining('tanh('),
  });
});
