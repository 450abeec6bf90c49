import { DisposedError, scan } from '@nalu/core';
import type { Backend, DeviceBuffer, Executable } from '@nalu/core/backend';
import { trace } from '@nalu/core/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestAdapter } from '#gpu';
import { createBackend } from '../src/createBackend.ts';

const SIZE = 16;
/** Dawn and Chromium round timestamps to 2¹⁶ ns, so that a run shorter than that may take no time at all. */
const TICK = 2 ** 16 / 1e6;

/** So many steps of work, one after the other. */
const loop = (length: number) =>
  trace([{ name: 'x', shape: [SIZE] }], (x) => {
    const { carry } = scan({ length, carry: [x!], xs: [] }, ([state]) => ({ carry: [state!.sum().add(state!).tanh()], ys: [] }));
    return carry;
  });

describe("the device's own clock", () => {
  let backend: Backend;
  let input: DeviceBuffer;

  beforeAll(async () => {
    backend = await createBackend();
    input = backend.upload(new Float32Array(SIZE).fill(0.01), [SIZE]);
  });
  afterAll(() => backend.dispose());

  const timeOf = async (executable: Executable): Promise<number> => {
    const start = performance.now();
    const outputs = executable.run([input]);
    const time = await executable.deviceMilliseconds!();
    expect(time).toBeGreaterThanOrEqual(0);
    expect(time).toBeLessThanOrEqual(performance.now() - start + TICK);
    outputs.forEach((output) => backend.free(output));
    return time!;
  };

  it('is there where the adapter has timestamps', async () => {
    expect((await requestAdapter()).features.has('timestamp-query')).toBe(true);
  });

  it('knows nothing before the first run', async () => {
    const executable = await backend.compile(loop(1));
    expect(await executable.deviceMilliseconds!()).toBeUndefined();
    executable.dispose();
  });

  it('measures the last run, within the time of the host, however many submissions it takes', async () => {
    const executable = await backend.compile(loop(4200));
    const long = await timeOf(executable);
    executable.dispose();
    const one = await backend.compile(loop(1));
    const short = await timeOf(one);
    one.dispose();
    // Four thousand times the work: the clock would have to be off by a factor of hundreds.
    expect(long).toBeGreaterThan(10 * Math.max(short, TICK));
  });

  it('is gone with the executable', async () => {
    const executable = await backend.compile(loop(1));
    executable.dispose();
    await expect(executable.deviceMilliseconds!()).rejects.toBeInstanceOf(DisposedError);
  });

  it('is not there on a borrowed device without the feature', async () => {
    const device = await (await requestAdapter()).requestDevice();
    const borrowed = await createBackend({ device });
    const executable = await borrowed.compile(loop(1));
    expect(executable.deviceMilliseconds).toBeUndefined();
    await borrowed.dispose();
    device.destroy();
  });
});
