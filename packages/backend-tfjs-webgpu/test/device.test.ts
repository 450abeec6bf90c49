import { evaluate, scan, type Backend } from '@nalu/core';
import { deviceBackend } from '@nalu/core/backend';
import { trace, type Graph } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import { expect, describe, it } from 'vitest';
import { requestAdapter } from '../src/device/gpu.node.ts';
import { openDevice } from '../src/device/openDevice.ts';
import { machineOn } from '../src/run/machine.ts';

/** A device as an application makes one: with these limits, and otherwise with those that WebGPU guarantees. */
const deviceOf = async (requiredLimits: Record<string, number> = {}): Promise<GPUDevice> =>
  (await requestAdapter()).requestDevice({ requiredLimits });

const increment = (): Graph => trace([{ name: 'x', shape: [4] }], (x) => [x!.add(1)]);
const values = Float32Array.of(1, 2, 3, 4);

const codeOf = async (f: () => unknown): Promise<unknown> => {
  try {
    await f();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return 'no error';
};

describe('a device of the caller', () => {
  it('is used, and stays open when the backend is disposed', async () => {
    const device = await deviceOf();
    const backend = await createBackend({ device });
    const [sum] = await evaluate(backend, (x) => x.add(1), [1, 2, 3]);
    expect([...sum!.data]).toEqual([2, 3, 4]);
    await backend.dispose();
    const target = device.createBuffer({ size: 16, usage: 9 });
    device.queue.writeBuffer(target, 0, values);
    await target.mapAsync(1);
    expect([...new Float32Array(target.getMappedRange())]).toEqual([...values]);
    device.destroy();
  });

  it('may have the lowest limits: kernels bind no more buffers than it allows', async () => {
    const device = await deviceOf();
    expect(device.limits.maxStorageBuffersPerShaderStage).toBe(8);
    const backend = await createBackend({ device });
    const count = 20;
    const size = 20_000;
    const graph = trace(
      Array.from({ length: count }, (_, i) => ({ name: `x${i}`, shape: [size] })),
      (...all) => [all.reduce((total, x, i) => total.add(x.mul(i + 1))), ...all.map((x) => x.neg())],
    );
    const executable = await backend.compile(graph);
    const inputs = Array.from({ length: count }, (_, i) => backend.upload(new Float32Array(size).fill(i), [size]));
    const [total, ...negated] = await backend.read(...executable.run(inputs));
    const expected = Array.from({ length: count }, (_, i) => (i === 0 ? 0 : i * (i + 1))).reduce((sum, each) => sum + each);
    expect(total!.every((value) => value === expected)).toBe(true);
    negated.forEach((each, i) => expect(each.every((value) => value === -i)).toBe(true));
    await backend.dispose();
    device.destroy();
  });
});

describe('a tensor larger than the device allows', () => {
  const limited = async (use: (backend: Backend) => Promise<void>): Promise<void> => {
    const device = await deviceOf({ maxStorageBufferBindingSize: 2 ** 20, maxBufferSize: 2 ** 20 });
    // A device has at least the limits that WebGPU guarantees, so it is told a smaller one.
    const limits = new Proxy(device.limits, {
      get: (target, name) => (name === 'maxStorageBufferBindingSize' ? 2 ** 20 : Reflect.get(target, name, target)),
    });
    Object.defineProperty(device, 'limits', { value: limits });
    const backend = await createBackend({ device });
    await use(backend);
    await backend.dispose();
    device.destroy();
  };

  it('is refused when it is uploaded, with both sizes', () =>
    limited(async (backend) => {
      const before = backend.memory();
      expect(() => backend.upload(new Float32Array(300_000), [300_000])).toThrow(/1\.14 MiB.*1 MiB/);
      expect(backend.memory()).toEqual(before);
    }));

  it('is refused when a graph with it is compiled', () =>
    limited(async (backend) => {
      const graph = trace([{ name: 'x', shape: [1000] }], (x) => [x!.unsqueeze(0).broadcastTo([300, 1000]).neg()]);
      expect(await codeOf(() => backend.compile(graph))).toBe('limit');
    }));

  it('is refused among intermediate values, and leaves nothing behind', () =>
    limited(async (backend) => {
      const before = backend.memory();
      // The carry of a loop is stored twice.
      const graph = trace([{ name: 'x', shape: [200_000] }], (x) =>
        scan({ length: 2, carry: [x!] }, ([c]) => ({ carry: [c!.add(1)] })).carry.map((c) => c.sum()),
      );
      await expect(backend.compile(graph)).rejects.toThrow(/intermediate values take \d+ bytes.*at most 1048576/);
      expect(backend.memory()).toEqual(before);
    }));
});

describe('a lost device', () => {
  it('fails every later use with an error that says so, and the next backend works', async () => {
    const device = await deviceOf();
    const backend = await createBackend({ device });
    const executable = await backend.compile(increment());
    const input = backend.upload(values, [4]);
    const [output] = executable.run([input]);
    device.destroy();
    // The loss is noticed while the host waits.
    expect(await codeOf(() => backend.read(output!))).toBe('device-lost');
    expect(await codeOf(() => executable.run([input]))).toBe('device-lost');
    expect(await codeOf(() => backend.compile(increment()))).toBe('device-lost');
    expect(await codeOf(() => backend.upload(values, [4]))).toBe('device-lost');
    expect(await codeOf(() => backend.sync())).toBe('device-lost');
    await expect(backend.read(output!)).rejects.toThrow(/lost its device: it was destroyed.*create a new one/s);
    backend.free(input);
    executable.dispose();
    await backend.dispose();
    const next = await createBackend();
    const [sum] = await evaluate(next, (x) => x.add(1), [1, 2, 3]);
    expect([...sum!.data]).toEqual([2, 3, 4]);
    await next.dispose();
  });

  it('in the middle of a step, and of compiling', async () => {
    const device = await deviceOf();
    const backend = await createBackend({ device });
    const graph = trace(
      [{ name: 'x', shape: [64] }],
      (x) => scan({ length: 5000, carry: [x!] }, ([c]) => ({ carry: [c!.mul(0.5).add(1)] })).carry,
    );
    const executable = await backend.compile(graph);
    const [output] = executable.run([backend.upload(new Float32Array(64), [64])]);
    const reading = codeOf(() => backend.read(output!));
    const syncing = codeOf(() => backend.sync());
    const compiling = codeOf(() => backend.compile(increment()));
    device.destroy();
    expect(await Promise.all([reading, syncing, compiling])).toEqual(['device-lost', 'device-lost', 'device-lost']);
    await backend.dispose();
  });
});

it('makes no buffers once it has those of two steps', async () => {
  const device = await deviceOf();
  const backend = await createBackend({ device });
  const graph = trace(
    [
      { name: 'small', shape: [10] },
      { name: 'large', shape: [40_000] },
    ],
    (a, b) => [a!.add(1), b!.mul(0.5)],
  );
  const executable = await backend.compile(graph, { donate: [0, 1] });
  let state = executable.run([backend.upload(new Float32Array(10), [10]), backend.upload(new Float32Array(40_000), [40_000])]);
  state = executable.run(state);
  await backend.read(...state);
  let made = 0;
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    made++;
    return createBuffer(descriptor);
  };
  for (let step = 0; step < 100; step++) state = executable.run(state);
  const [count] = await backend.read(...state);
  expect(count!.every((value) => value === 102)).toBe(true);
  expect(made).toBe(0);
  await backend.dispose();
  device.destroy();
});

it('an error that a device reports of its own accord fails the next read or synchronisation, once', async () => {
  const opened = await openDevice(await requestAdapter());
  const example = await createBackend();
  await example.dispose();
  const backend = deviceBackend(machineOn(opened, example.info));
  const buffer = backend.upload(values, [4]);
  // No such usage exists.
  opened.device.createBuffer({ size: 16, usage: 0xffff });
  await expect(backend.read(buffer)).rejects.toThrow(/reports: .*65535/s);
  expect([...(await backend.read(buffer))[0]!]).toEqual([...values]);
  opened.device.createBuffer({ size: 16, usage: 0xffff });
  expect(await codeOf(() => backend.sync())).toBe('execution');
  await backend.sync();
  await backend.dispose();
});

it('two backends in one process have devices of their own', async () => {
  const [a, b] = [await createBackend(), await createBackend()];
  const executable = await a.compile(increment());
  const ofB = b.upload(values, [4]);
  expect(await codeOf(() => executable.run([ofB]))).toBe('buffer');
  await a.dispose();
  expect([...(await b.read(ofB))[0]!]).toEqual([...values]);
  await b.dispose();
});

it('leaves the navigator and the environment of the process alone', async () => {
  const before = { navigator: Object.getOwnPropertyDescriptor(globalThis, 'navigator'), environment: { ...process.env } };
  const backend = await createBackend();
  expect({ navigator: Object.getOwnPropertyDescriptor(globalThis, 'navigator'), environment: { ...process.env } }).toEqual(
    before,
  );
  expect('GPUBufferUsage' in globalThis).toBe(false);
  await backend.dispose();
});

it('says what computes', async () => {
  const { info, dispose } = await createBackend();
  expect(info.runtime).toBe(`node ${process.versions.node}`);
  expect(info.softwareAdapter).toBe(/swiftshader/i.test(info.device));
  expect(info.device.includes('(software)')).toBe(info.softwareAdapter);
  await dispose();
});
