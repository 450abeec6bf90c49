import type { DeviceBuffer } from '@nalu/core/backend';
import { trace, type Graph, sizeOf } from '@nalu/core/graph';
import type { Check, Measure } from '../check.ts';
import { usualValues, anyNumber } from '../cases/values.ts';
import { runExecutable, runGraph, withExecutable } from '../device.ts';
import { naluLoss, naluShapes } from '../graphs/nalu.ts';
import { Tally } from '../oracle/tally.ts';
import { refuses, rejects } from './refusal.ts';

const affine = (): Graph => trace([{ name: 'x', shape: [4] }], (x) => [x!.mul(2).add(1), x!.sum()]);

/** Different inputs give different outputs, and outputs of earlier runs stay what they were. */
const freshResults: Check = {
  op: 'executables',
  case: 'fresh results on every run',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    await withExecutable(backend, affine(), async (executable) => {
      const inputs = [0, 10, -3].map((start) => Float32Array.of(start, start + 1, start + 2, start + 3));
      const buffers = inputs.map((input) => backend.upload(input, [4]));
      const results = buffers.map((buffer) => executable.run([buffer]));
      const values = await backend.read(...results.flat());
      inputs.forEach((input, i) => {
        tally.same(
          values[2 * i]!,
          input.map((x) => 2 * x + 1),
          (at) => `run ${i + 1} of one executable, 2x + 1, element ${at}`,
        );
        tally.same(values[2 * i + 1]!, [input.reduce((total, x) => total + x, 0)], () => `run ${i + 1} of one executable, Σx`);
      });
      [...buffers, ...results.flat()].forEach((buffer) => backend.free(buffer));
    });
    return tally.finish();
  },
};

/** Reading once, at the end of a chain in which inputs are freed and their memory is used again at once. */
const programOrder: Check = {
  op: 'executables',
  case: 'program order',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const graph = trace([{ name: 'x', shape: [4] }], (x) => [x!.mul(0.5).add(1)]);
    await withExecutable(backend, graph, async (executable) => {
      let current = backend.upload(Float32Array.of(8, 16, 32, 64), [4]);
      const bystanders: DeviceBuffer[] = [];
      for (let step = 0; step < 3; step++) {
        const [next] = executable.run([current]);
        backend.free(current);
        bystanders.push(backend.upload(new Float32Array(4).fill(1000 + step), [4]));
        current = next!;
      }
      const [values, ...others] = await backend.read(current, ...bystanders);
      tally.same(
        values!,
        [2.75, 3.75, 5.75, 9.75],
        (i) => `three runs, each on the last one's result, inputs freed between: element ${i}`,
      );
      others.forEach((other, step) =>
        tally.same(other, new Float32Array(4).fill(1000 + step), (i) => `a buffer uploaded after run ${step}: element ${i}`),
      );
      [current, ...bystanders].forEach((buffer) => backend.free(buffer));
    });
    return tally.finish();
  },
};

const disposal: Check = {
  op: 'executables',
  case: 'use after dispose',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const executable = await backend.compile(affine());
    const input = backend.upload(Float32Array.of(1, 2, 3, 4), [4]);
    const [kept, other] = executable.run([input]);
    executable.dispose();
    executable.dispose();
    refuses(() => executable.run([input]), 'disposed', 'Running a disposed executable', tally);
    const [values] = await backend.read(kept!);
    tally.same(values!, [3, 5, 7, 9], (i) => `a result of an executable disposed since: element ${i}`);
    [input, kept!, other!].forEach((buffer) => backend.free(buffer));
    return tally.finish();
  },
};

const badGraph: Check = {
  op: 'executables',
  case: 'a damaged graph',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const graph = affine();
    await rejects(
      () => backend.compile({ ...graph, outputs: [999] }),
      'graph',
      'Compiling a graph with an output that does not exist',
      tally,
    );
    await rejects(() => backend.compile({ ...graph, version: 999 as 1 }), 'graph', 'Compiling a graph of a newer version', tally);
    return tally.finish();
  },
};

const values = (): readonly (readonly number[])[] =>
  naluShapes.map(({ shape }, i) => usualValues({ ...anyNumber, usual: [-2, 2] }, sizeOf(shape), 50 + i));

const determinism: Check = {
  op: 'executables',
  case: 'determinism',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const long = { name: 'x', shape: [40, 257] };
    const sums = trace([long], (x) => [x!.sum(), x!.sum(0), x!.sum(1), x!.matmul(x!, { transposeB: true }), x!.sin().mean()]);
    const nalu = trace(naluShapes, (...all) => [naluLoss(all)]);
    const cases = [
      { what: 'sums of 10,280 numbers', graph: sums, inputs: [usualValues(anyNumber, sizeOf(long.shape), 44)] },
      { what: 'a NALU', graph: nalu, inputs: values() },
    ];
    for (const { what, graph, inputs } of cases) {
      const first = await runGraph(backend, graph, inputs);
      await withExecutable(backend, graph, async (executable) => {
        for (const run of [1, 2]) {
          const again = await runExecutable(backend, executable, graph, inputs);
          first.forEach((want, i) =>
            tally.same(again[i]!, want, (at) => `${what}, run again (${run}) with the same inputs: output ${i}, element ${at},`),
          );
        }
      });
    }
    return tally.finish();
  },
};

/** Compiled graphs. */
export const executableChecks: readonly Check[] = [freshResults, programOrder, disposal, badGraph, determinism];
