import { gradients } from '@nalu/core';
import type { Backend, DeviceBuffer } from '@nalu/core/backend';
import { inputShape, trace, type Graph, sizeOf } from '@nalu/core/graph';
import type { Check, CheckContext, Measure } from '../check.ts';
import { anyNumber, usualValues } from '../cases/values.ts';
import { runGraph } from '../device.ts';
import { naluLoss, naluShapes } from '../graphs/nalu.ts';
import { arrayOf } from '../oracle/numbers.ts';
import { Tally } from '../oracle/tally.ts';

const show = ({ buffers, bytes, working }: ReturnType<Backend['memory']>): string =>
  `${buffers} buffers, ${bytes} bytes, ${working} working bytes`;

const expectSame = (backend: Backend, before: ReturnType<Backend['memory']>, when: string, tally: Tally): void => {
  const after = backend.memory();
  const same = after.buffers === before.buffers && after.bytes === before.bytes && after.working === before.working;
  if (same) tally.count();
  else tally.violate(`Memory leaks: ${when}, memory() should be back at ${show(before)}, but is at ${show(after)}.`);
};

const values = (): readonly (readonly number[])[] =>
  naluShapes.map(({ shape }, i) => usualValues({ ...anyNumber, usual: [-1, 1] }, sizeOf(shape), 30 + i));

/** One step of gradient descent: new parameters from old. */
const descent = (): Graph =>
  trace(naluShapes, (...all) => {
    const params = all.slice(2);
    return gradients(naluLoss(all), params).map((g, i) => params[i]!.sub(g.mul(0.01)));
  });

const accounts: Check = {
  op: 'memory',
  case: 'counts buffers and bytes',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const before = backend.memory();
    const buffer = backend.upload(new Float32Array(6), [2, 3]);
    const after = backend.memory();
    if (after.buffers !== before.buffers + 1)
      tally.violate(`An upload should add 1 buffer to memory(), but it added ${after.buffers - before.buffers}.`);
    if (after.bytes !== before.bytes + 24)
      tally.violate(`An upload of 6 numbers should add 24 bytes to memory(), but it added ${after.bytes - before.bytes}.`);
    backend.free(buffer);
    expectSame(backend, before, 'after freeing an uploaded buffer', tally);
    return tally.finish();
  },
};

const compiling: Check = {
  op: 'memory',
  case: 'returns to where it was after compile, run and dispose',
  run: async ({ backend }): Promise<Measure> => {
    const tally = new Tally();
    const before = backend.memory();
    const inputs = values();
    for (let round = 0; round < 3; round++) await runGraph(backend, descent(), inputs);
    expectSame(backend, before, 'after compiling, running, freeing and disposing', tally);
    return tally.finish();
  },
};

const STEPS: { readonly [T in CheckContext['tier']]: number } = { smoke: 50, certify: 10_000 };

const manySteps: Check = {
  op: 'memory',
  case: 'stays where it was over many steps',
  run: async ({ backend, tier }): Promise<Measure> => {
    const tally = new Tally();
    const graph = descent();
    const executable = await backend.compile(graph, { donate: [2, 3, 4] });
    const [x, target, ...params] = values().map((each, i) => backend.upload(arrayOf(each, 'f32'), inputShape(graph, i)));
    let current: readonly DeviceBuffer[] = executable.run([x!, target!, ...params]);
    await backend.sync();
    const before = backend.memory();
    for (let step = 0; step < STEPS[tier]; step++) current = executable.run([x!, target!, ...current]);
    await backend.sync();
    expectSame(backend, before, `after ${STEPS[tier]} steps that donate their state`, tally);
    [x!, target!, ...current].forEach((buffer) => backend.free(buffer));
    executable.dispose();
    return tally.finish();
  },
};

/** memory() is exact, and nothing stays behind. */
export const memoryChecks: readonly Check[] = [accounts, compiling, manySteps];
