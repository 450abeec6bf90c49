import { backendFromKernels, type Backend, type DeviceBuffer } from '@nalu/core/backend';
import { trace, type Graph } from '@nalu/core/graph';
import type { Check, CheckContext, Measure } from '../check.ts';
import { withExecutable } from '../device.ts';
import { Tally } from '../oracle/tally.ts';
import { refuses, rejects } from './refusal.ts';

const specs = [
  { name: 'a', shape: [3] },
  { name: 'b', shape: [3] },
];
const sum = (): Graph => trace(specs, (a, b) => [a!.add(b!)]);
const one = (): Float32Array => Float32Array.of(1, 2, 3);

/** A check that works with buffers and frees those that are left. */
const check = (
  name: string,
  body: (
    context: CheckContext,
    upload: (data?: Float32Array, shape?: readonly number[]) => DeviceBuffer,
    tally: Tally,
  ) => Promise<void>,
): Check => ({
  op: 'buffers',
  case: name,
  run: async (context): Promise<Measure> => {
    const tally = new Tally();
    const upload = (data: Float32Array = one(), shape: readonly number[] = [data.length]): DeviceBuffer =>
      context.backend.upload(data, shape);
    await body(context, upload, tally);
    return tally.finish();
  },
});

const roundTrip = check('upload and read', async ({ backend }, upload, tally) => {
  const data = Float32Array.of(0, -0, 1.5, NaN, Infinity, -Infinity);
  const buffer = upload(data, [2, 3]);
  data.fill(9);
  const [first] = await backend.read(buffer);
  tally.same(
    first!,
    [0, -0, 1.5, NaN, Infinity, -Infinity],
    (i) => `an uploaded array, changed on the host afterwards: element ${i}`,
  );
  first!.fill(7);
  const [again] = await backend.read(buffer);
  tally.same(
    again!,
    [0, -0, 1.5, NaN, Infinity, -Infinity],
    (i) => `a buffer whose first copy was changed on the host: element ${i}`,
  );
  if (buffer.shape.join() !== '2,3') tally.violate(`The buffer's shape should be [2, 3], but is [${buffer.shape.join(', ')}].`);
  if (buffer.precision !== 'f32') tally.violate(`A Float32Array should make an f32 buffer, but it made ${buffer.precision}.`);
  const empty = upload(new Float32Array(0), [0, 4]);
  const [nothing, same] = await backend.read(empty, buffer);
  tally.same(nothing!, [], () => 'an empty buffer');
  tally.same(same!, again!, (i) => `the second of two buffers read together: element ${i}`);
  [buffer, empty].forEach((each) => backend.free(each));
});

const wrongSize = check('upload of a wrong size', async ({ backend }, _, tally) => {
  refuses(() => backend.upload(one(), [4]), 'argument', 'Uploading 3 numbers as shape [4]', tally);
});

const freed = check('use after free', async ({ backend }, upload, tally) => {
  const [dead, alive] = [upload(), upload()];
  backend.free(dead);
  refuses(() => backend.free(dead), 'buffer', 'Freeing a buffer twice', tally);
  await rejects(() => backend.read(dead), 'buffer', 'Reading a freed buffer', tally);
  await withExecutable(backend, sum(), async (executable) =>
    refuses(() => executable.run([alive, dead]), 'buffer', 'Running with a freed buffer', tally),
  );
  backend.free(alive);
});

const donated = check('use after donation', async ({ backend }, upload, tally) => {
  const executable = await backend.compile(sum(), { donate: [0] });
  const [given, kept] = [upload(), upload(Float32Array.of(10, 20, 30))];
  const before = backend.memory().buffers;
  const [result] = executable.run([given, kept]);
  if (backend.memory().buffers !== before)
    tally.violate(
      `A run that consumes one buffer and makes one should leave ${before} buffers, but there are ${backend.memory().buffers}.`,
    );
  const [values, other] = await backend.read(result!, kept);
  tally.same(values!, [11, 22, 33], (i) => `the result of a run with a donated input: element ${i}`);
  tally.same(other!, [10, 20, 30], (i) => `an input that was not donated: element ${i}`);
  await rejects(() => backend.read(given), 'buffer', 'Reading a donated buffer', tally);
  refuses(() => executable.run([given, kept]), 'buffer', 'Running with a donated buffer', tally);
  refuses(() => executable.run([kept, kept]), 'buffer', 'Donating a buffer that is passed twice', tally);
  await rejects(() => backend.compile(sum(), { donate: [2] }), 'argument', 'Donating an input that does not exist', tally);
  [kept, result!].forEach((buffer) => backend.free(buffer));
  executable.dispose();
});

const stranger = (): Backend => backendFromKernels({ name: 'stranger', device: 'another backend', runtime: 'this process' }, {});

const foreign = check('buffers of another backend', async ({ backend }, upload, tally) => {
  const other = stranger();
  const theirs = other.upload(one(), [3]);
  const ours = upload();
  await rejects(() => backend.read(theirs), 'buffer', 'Reading a buffer of another backend', tally);
  refuses(() => backend.free(theirs), 'buffer', 'Freeing a buffer of another backend', tally);
  await withExecutable(backend, sum(), async (executable) =>
    refuses(() => executable.run([ours, theirs]), 'buffer', 'Running with a buffer of another backend', tally),
  );
  backend.free(ours);
  await other.dispose();
});

const wrongInputs = check('inputs that do not fit the graph', async ({ backend }, upload, tally) => {
  const [three, four, row] = [upload(), upload(Float32Array.of(1, 2, 3, 4)), upload(one(), [1, 3])];
  const before = backend.memory().buffers;
  await withExecutable(backend, sum(), async (executable) => {
    refuses(() => executable.run([three]), 'argument', 'Running with too few inputs', tally);
    refuses(() => executable.run([three, three, three]), 'argument', 'Running with too many inputs', tally);
    refuses(() => executable.run([three, four]), 'argument', 'Running with an input of shape [4] instead of [3]', tally);
    refuses(() => executable.run([three, row]), 'argument', 'Running with an input of shape [1, 3] instead of [3]', tally);
  });
  if (backend.memory().buffers !== before)
    tally.violate(`Refused runs should leave ${before} buffers, but there are ${backend.memory().buffers}.`);
  if (backend.info.precisions.includes('f64')) {
    const double = backend.upload(Float64Array.of(1, 2, 3), [3]);
    await withExecutable(backend, sum(), async (executable) =>
      refuses(() => executable.run([three, double]), 'argument', 'Running an f32 graph with an f64 buffer', tally),
    );
    backend.free(double);
  } else {
    refuses(() => backend.upload(Float64Array.of(1), [1]), 'argument', 'Uploading f64 where the backend has none', tally);
    await rejects(
      () => backend.compile(sum(), { precision: 'f64' }),
      'argument',
      'Compiling for f64 where the backend has none',
      tally,
    );
  }
  [three, four, row].forEach((buffer) => backend.free(buffer));
});

const sameTwice = check('one buffer as two inputs', async ({ backend }, upload, tally) => {
  const buffer = upload();
  await withExecutable(backend, sum(), async (executable) => {
    const [result] = executable.run([buffer, buffer]);
    const [values] = await backend.read(result!);
    tally.same(values!, [2, 4, 6], (i) => `x + x: element ${i}`);
    backend.free(result!);
  });
  backend.free(buffer);
});

const passedThrough = check('an input that is an output', async ({ backend }, upload, tally) => {
  const graph = trace(specs, (a, b) => [a!, a!.add(b!)]);
  for (const donate of [[], [0]]) {
    const executable = await backend.compile(graph, { donate });
    const [a, b] = [upload(), upload()];
    const [same, total] = executable.run([a, b]);
    if (donate.length === 0) backend.free(a);
    const later = upload(Float32Array.of(7, 8, 9));
    const [values, sums] = await backend.read(same!, total!);
    const how = donate.length === 0 ? 'freed' : 'donated';
    tally.same(values!, [1, 2, 3], (i) => `an input passed through as an output, when the input is ${how}: element ${i}`);
    tally.same(sums!, [2, 4, 6], (i) => `a + b beside a passed through, when a is ${how}: element ${i}`);
    [b, same!, total!, later].forEach((buffer) => backend.free(buffer));
    executable.dispose();
  }
});

const poisoned: Check = {
  op: 'buffers',
  case: 'a failed step poisons only what derives from it',
  run: async ({ backend, failNextStep }): Promise<Measure> => {
    const tally = new Tally();
    // An author who has no way to make a step fail has nothing to show here: the count of cases says so.
    if (failNextStep === undefined) return tally.finish();
    const executable = await backend.compile(sum());
    const input = backend.upload(one(), [3]);
    const healthy = executable.run([input, input])[0]!;
    failNextStep(backend);
    const failed = executable.run([input, input])[0]!;
    const derived = executable.run([failed, input])[0]!;
    const after = executable.run([healthy, input])[0]!;
    await rejects(() => backend.read(failed), 'execution', 'Reading the result of a failed step', tally);
    await rejects(() => backend.read(derived), 'execution', 'Reading what was computed from the result of a failed step', tally);
    const [before, later] = await backend.read(healthy, after);
    tally.same(before!, [2, 4, 6], (i) => `a result from before the failure: element ${i}`);
    tally.same(later!, [3, 6, 9], (i) => `a later result that does not derive from the failure: element ${i}`);
    [input, healthy, failed, derived, after].forEach((buffer) => backend.free(buffer));
    executable.dispose();
    return tally.finish();
  },
};

/** Who owns what, and what happens to those who use what is gone. */
export const bufferChecks: readonly Check[] = [
  roundTrip,
  wrongSize,
  freed,
  donated,
  foreign,
  wrongInputs,
  sameTwice,
  passedThrough,
  poisoned,
];
