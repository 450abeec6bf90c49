import { BackendUnavailableError } from '@nalu/core';
import { trace } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-wasm';
import { describe, expect, it } from 'vitest';

it('gives memory back to the heap: buffers of 6 GB in all pass through it', async () => {
  const own = await createBackend();
  const before = own.memory();
  const executable = await own.compile(trace([{ name: 'x', shape: [1000, 1000] }], (x) => [x.add(1)]));
  const zeros = new Float32Array(1_000_000);
  for (let i = 0; i < 1500; i++) {
    const input = own.upload(zeros, [1000, 1000]);
    if (i % 500 === 0) executable.run([input]).forEach((buffer) => own.free(buffer));
    own.free(input);
  }
  executable.dispose();
  expect(own.memory()).toEqual(before);
  await own.dispose();
});

describe('where it cannot run', () => {
  it('says which file is missing and what to do', async () => {
    const error = await createBackend({ wasmPaths: '/no/such/folder/' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendUnavailableError);
    expect((error as Error).message).toMatch(/tfjs-backend-wasm-simd\.wasm could not be loaded.*wasmPaths/s);
  });

  it('says that there is no WebAssembly', async () => {
    const saved = globalThis.WebAssembly;
    Reflect.deleteProperty(globalThis, 'WebAssembly');
    try {
      await expect(createBackend()).rejects.toThrow(/no WebAssembly/);
    } finally {
      globalThis.WebAssembly = saved;
    }
  });

  it('says that SIMD is missing', async () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    try {
      await expect(createBackend()).rejects.toThrow(/no SIMD/);
    } finally {
      WebAssembly.validate = validate;
    }
  });
});

it('leaves the process alone: no handlers for fatal errors stay behind, and none of the application are taken', async () => {
  const mine = (): void => {};
  process.on('uncaughtException', mine);
  const before = ['uncaughtException', 'unhandledRejection'].map((event) => process.listeners(event as 'uncaughtException'));
  const own = await createBackend();
  await own.dispose();
  expect(['uncaughtException', 'unhandledRejection'].map((event) => process.listeners(event as 'uncaughtException'))).toEqual(
    before,
  );
  process.removeListener('uncaughtException', mine);
});
