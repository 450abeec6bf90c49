import { CONTRACT_VERSION, type PlanReport } from '@nalu/core/backend';
import { constant, gradients, randomUniform, scan } from '@nalu/core';
import { trace, vectorize, type Graph, type OpName } from '@nalu/core/graph';
import type { Check, Measure } from '../check.ts';
import { withExecutable } from '../device.ts';
import { naluLoss, naluShapes } from '../graphs/nalu.ts';
import { singleOp } from '../graphs/single.ts';
import { cases } from '../cases/cases.ts';
import { Tally } from '../oracle/tally.ts';
import { rejects, refuses } from './refusal.ts';

const identity: Check = {
  op: 'backend',
  case: 'info',
  run: async ({ backend: { info } }): Promise<Measure> => {
    const tally = new Tally();
    const texts = { name: info.name, device: info.device, runtime: info.runtime };
    for (const [field, text] of Object.entries(texts)) {
      if (typeof text !== 'string' || text === '')
        tally.violate(`info.${field} should say something, but it is ${JSON.stringify(text)}.`);
      else tally.count();
    }
    if (info.contract !== CONTRACT_VERSION)
      tally.violate(`info.contract is ${info.contract}, but this suite tests version ${CONTRACT_VERSION} of the contract.`);
    if (!info.precisions.includes('f32')) tally.violate('info.precisions must include f32: it is what all backends share.');
    if (info.paths.length === 0) tally.violate('info.paths is empty: it must name the paths that the backend was asked to take.');
    if (!(Number.isInteger(info.threads) && info.threads >= 1))
      tally.violate(`info.threads should be a whole number, at least 1, but it is ${info.threads}.`);
    return tally.finish();
  },
};

const disposal: Check = {
  op: 'backend',
  case: 'use after dispose',
  run: async ({ create }): Promise<Measure> => {
    const tally = new Tally();
    const doomed = await create();
    const graph = trace([{ name: 'x', shape: [2] }], (x) => [x!.neg()]);
    const executable = await doomed.compile(graph);
    const buffer = doomed.upload(Float32Array.of(1, 2), [2]);
    executable.run([buffer]);
    await doomed.dispose();
    await doomed.dispose();
    tally.count();
    await rejects(() => doomed.compile(graph), 'disposed', 'Compiling on a disposed backend', tally);
    refuses(() => doomed.upload(Float32Array.of(1), [1]), 'disposed', 'Uploading to a disposed backend', tally);
    refuses(() => executable.run([buffer]), 'disposed', 'Running on a disposed backend', tally);
    await rejects(() => doomed.read(buffer), 'disposed', 'Reading from a disposed backend', tally);
    refuses(() => doomed.free(buffer), 'disposed', 'Freeing a buffer of a disposed backend', tally);
    const { buffers, bytes, working } = doomed.memory();
    if (buffers + bytes + working > 0)
      tally.violate(
        `A disposed backend should hold nothing, but memory() says ${buffers} buffers, ${bytes} bytes, ${working} working bytes.`,
      );
    return tally.finish();
  },
};

interface Planned {
  readonly what: string;
  readonly graph: Graph;
  /** An op that no compiler can do without in this graph. */
  readonly needs: OpName;
}

const nalu = (): Graph =>
  trace(naluShapes, (...all) => {
    const loss = naluLoss(all);
    return [loss, ...gradients(loss, all.slice(2))];
  });

const loop = (): Graph =>
  trace([{ name: 'x', shape: [4] }], (x) => scan({ length: 3, carry: [x!] }, ([a]) => ({ carry: [a!.tanh().add(1)] })).carry);

const planned = (): readonly Planned[] => [
  { what: 'a NALU with gradients', graph: nalu(), needs: 'matmul' },
  { what: 'five NALUs', graph: vectorize(nalu(), 5, [true, true, true, true, true]), needs: 'matmul' },
  {
    what: 'random numbers',
    graph: trace([{ name: 'key', shape: [4] }], (key) => [randomUniform(key!, [8]).mul(constant(2))]),
    needs: 'randomUniform',
  },
  {
    what: 'a product of 64 × 64 matrices',
    graph: singleOp(
      'matmul',
      [
        [64, 64],
        [64, 64],
      ],
      { transposeA: false, transposeB: false },
    ),
    needs: 'matmul',
  },
  ...(['exp', 'sum', 'argmax', 'gather', 'concat', 'exclusiveProd'] as const).map((op): Planned => {
    const call = cases[op].calls[4]!;
    return { what: op, graph: singleOp(op, call.shapes, call.attrs), needs: op };
  }),
];

const pathsAsked: Check = {
  op: 'paths',
  case: 'path asked = path run',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const { info } = backend;
    for (const { what, graph, needs } of planned()) {
      await withExecutable(backend, graph, async ({ report }) => {
        for (const step of report.steps) {
          if (info.paths.includes(step.path)) tally.count();
          else
            tally.violate(
              `The backend was asked to take the paths ${info.paths.join(', ')}, but for ${what} it reports that ${step.ops.join(', ')} ran on the path "${step.path}"${step.reason === undefined ? '' : ` (${step.reason})`}.`,
            );
        }
        if (!report.steps.some((step) => step.ops.includes(needs)))
          tally.violate(`The report for ${what} does not say where ${needs} ran.`);
      });
    }
    return tally.finish();
  },
};

const scanAsked: Check = {
  op: 'paths',
  case: 'scan asked = scan run',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const expected = [
      { what: 'a graph with a scan', graph: loop(), scan: backend.info.scan },
      { what: 'a graph without', graph: nalu(), scan: 'none' },
    ] as const;
    for (const { what, graph, scan: wanted } of expected) {
      await withExecutable(backend, graph, async ({ report }) => {
        if (report.scan === wanted) tally.count();
        else
          tally.violate(
            `The report of ${what} should say scan "${wanted}" (info.scan is "${backend.info.scan}"), but it says "${report.scan}".`,
          );
      });
    }
    return tally.finish();
  },
};

const checkMemory = (what: string, { memory }: PlanReport, inputs: number, outputs: number, tally: Tally): void => {
  if (memory.inputs !== inputs)
    tally.violate(`The report of ${what} says ${memory.inputs} bytes of inputs, but there are ${inputs}.`);
  if (memory.outputs !== outputs)
    tally.violate(`The report of ${what} says ${memory.outputs} bytes of outputs, but there are ${outputs}.`);
  if (!(memory.peak >= inputs + outputs))
    tally.violate(
      `The report of ${what} says a peak of ${memory.peak} bytes, but inputs and outputs alone need ${inputs + outputs}.`,
    );
  tally.count(3);
};

const reports: Check = {
  op: 'paths',
  case: 'report',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    for (const precision of backend.info.precisions) {
      const graph = trace([{ name: 'x', shape: [5, 4] }], (x) => [x!.exp().sum(1), x!.tanh()]);
      const width = precision === 'f32' ? 4 : 8;
      await withExecutable(
        backend,
        graph,
        async ({ report }) => {
          if (report.backend !== backend.info.name)
            tally.violate(`The report names the backend "${report.backend}", but its name is "${backend.info.name}".`);
          if (report.precision !== precision)
            tally.violate(`The report says ${report.precision}, but the graph was compiled for ${precision}.`);
          if (!(report.compileMilliseconds >= 0))
            tally.violate(`compileMilliseconds should be a time, but it is ${report.compileMilliseconds}.`);
          checkMemory('a graph of 20 numbers in, 25 out', report, 20 * width, 25 * width, tally);
        },
        precision,
      );
    }
    return tally.finish();
  },
};

/** What a backend says about itself, and whether it is true. */
export const backendChecks: readonly Check[] = [identity, disposal, pathsAsked, scanAsked, reports];
