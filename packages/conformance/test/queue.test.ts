import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeviceLostError, DisposedError, ExecutionError, LimitError } from '@nalu/core';
import type { Backend, DeviceBuffer, Executable } from '@nalu/core/backend';
import { trace, type Graph } from '@nalu/core/graph';
import { runConformance } from '@nalu/conformance';
import { deviceOf, queueBackend } from './queue.ts';

test('a machine that computes later, and fails later, passes the whole suite', async () => {
  const { failures, passed } = await runConformance({
    create: async () => queueBackend(),
    failNextStep: (backend) => deviceOf(backend).failNextStep(),
  });
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(300);
});

const doubled = (): Graph => trace([{ name: 'x', shape: [2] }], (x) => [x!.mul(2)]);
const pair = (): Float32Array => Float32Array.of(1, 2);

let backend: Backend;
beforeEach(() => {
  backend = queueBackend();
});
afterEach(() => backend.dispose());

const upload = (): DeviceBuffer => backend.upload(pair(), [2]);

describe('a queue', () => {
  test('reads what was freed after the read was enqueued', async () => {
    const x = upload();
    const reading = backend.read(x);
    backend.free(x);
    expect(await reading).toEqual([pair()]);
    await backend.sync();
    expect(deviceOf(backend).slots.size).toBe(0);
  });

  test('writes outputs into the memory of donated inputs', async () => {
    const double = await backend.compile(doubled(), { donate: [0] });
    let state = upload();
    for (let i = 0; i < 5; i++) state = double.run([state])[0]!;
    expect(await backend.read(state)).toEqual([Float32Array.of(32, 64)]);
    expect(deviceOf(backend).slots.size).toBe(1);
    backend.free(state);
    await backend.sync();
    expect(deviceOf(backend).slots.size).toBe(0);
  });

  test('a failure that is known before the next run poisons it at once', async () => {
    const double = await backend.compile(doubled());
    const x = upload();
    deviceOf(backend).failNextStep();
    const [bad] = double.run([x]);
    await backend.sync();
    await expect(backend.read(bad!)).rejects.toThrow(/backend "queue": a bit flipped/);
    const [worse] = double.run([bad!]);
    await expect(backend.read(x, worse!)).rejects.toThrow(ExecutionError);
    expect(await backend.read(x)).toEqual([pair()]);
    [x, bad!, worse!].forEach((buffer) => backend.free(buffer));
    await backend.sync();
    expect(deviceOf(backend).slots.size).toBe(0);
  });

  test('refuses tensors that are too large, and goes on', async () => {
    const side = 3000;
    expect(() => backend.upload(new Float32Array(side * side), [side, side])).toThrow(LimitError);
    const outer = await backend.compile(
      trace([{ name: 'x', shape: [side] }], (x) => [x!.reshape([side, 1]).mul(x!)]),
      {
        donate: [0],
      },
    );
    const x = backend.upload(new Float32Array(side), [side]);
    expect(() => outer.run([x])).toThrow(/\[3000, 3000\] takes 34.3 MiB.*"queue" allows 16 MiB/);
    // The donated input was not consumed.
    expect((await backend.read(x))[0]).toHaveLength(side);
    expect(backend.memory()).toMatchObject({ buffers: 1 });
  });
});

describe('a device that is lost', () => {
  let executable: Executable;
  let x: DeviceBuffer;
  beforeEach(async () => {
    executable = await backend.compile(doubled());
    x = upload();
  });

  test('in the middle of a chain of steps: everything read since rejects', async () => {
    const before = backend.read(executable.run([x])[0]!);
    deviceOf(backend).loseLater();
    const [late] = executable.run([x]);
    const [reading, syncing] = [backend.read(late!), backend.sync()];
    expect(await before).toEqual([Float32Array.of(2, 4)]);
    await expect(reading).rejects.toThrow(DeviceLostError);
    await expect(syncing).rejects.toThrow(/"queue" lost its device: the cable was pulled. Dispose this backend, create/);
  });

  test('every call that needs it fails with the reason, and cleaning up does not', async () => {
    deviceOf(backend).loseLater();
    await expect(backend.sync()).rejects.toThrow(DeviceLostError);
    expect(() => executable.run([x])).toThrow(DeviceLostError);
    expect(() => upload()).toThrow(DeviceLostError);
    await expect(backend.read(x)).rejects.toThrow(DeviceLostError);
    await expect(backend.sync()).rejects.toThrow(DeviceLostError);
    await expect(backend.compile(doubled())).rejects.toThrow(DeviceLostError);
    executable.dispose();
    backend.free(x);
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
    await backend.dispose();
    expect(() => upload()).toThrow(DisposedError);
  });

  test('does not disturb another backend', async () => {
    const other = queueBackend();
    deviceOf(backend).loseLater();
    await expect(backend.read(x)).rejects.toThrow(DeviceLostError);
    const own = other.upload(pair(), [2]);
    expect(await other.read(own)).toEqual([pair()]);
    await other.dispose();
  });
});

test('a read that is under way when the backend is disposed says so', async () => {
  const x = upload();
  const outcome = backend.read(x).catch((error: unknown) => error);
  await backend.dispose();
  expect(await outcome).toBeInstanceOf(DisposedError);
  await expect(backend.sync()).rejects.toThrow(DisposedError);
});

test('a graph that is being compiled when the backend is disposed leaves nothing', async () => {
  const outcome = backend.compile(doubled()).catch((error: unknown) => error);
  await backend.dispose();
  expect(await outcome).toBeInstanceOf(DisposedError);
  expect(backend.memory().working).toBe(0);
});
