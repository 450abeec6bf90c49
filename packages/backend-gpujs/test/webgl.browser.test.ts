import { createBackend } from '@nalu/backend-gpujs';
import { describe, expect, it, vi } from 'vitest';
import { loop, loopInputs, loopResults, runLoop, sumsAfter } from './loop.ts';

/** The contexts of all canvases that are made while `f` runs. */
const contextsOf = async <T>(
  f: () => Promise<T>,
): Promise<{ readonly result: T; readonly contexts: WebGLRenderingContext[] }> => {
  const contexts: WebGLRenderingContext[] = [];
  const { getContext } = HTMLCanvasElement.prototype;
  const spy = vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (
    this: HTMLCanvasElement,
    ...args: unknown[]
  ) {
    const context = (getContext as (...given: unknown[]) => unknown).apply(this, args);
    contexts.push(context as WebGLRenderingContext);
    return context as never;
  });
  try {
    return { result: await f(), contexts };
  } finally {
    spy.mockRestore();
  }
};

describe.each(['webgl2', 'webgl'] as const)('mode %s', (mode) => {
  it('carries and rows of a loop stay on the device, and memory returns to where it was', async () => {
    const { device, results, before, after } = await runLoop(mode, 5);
    expect(device).toContain(`(gpu.js, ${mode})`);
    expect(results).toEqual(new Array(5).fill(loopResults));
    expect(after).toEqual(before);
  });

  it('kernels of one executable survive the end of another', async () => {
    const backend = await createBackend({ mode });
    const uploaded = loopInputs(backend);
    const first = await backend.compile(loop);
    const [kept] = first.run(uploaded);
    const second = await backend.compile(loop);
    first.dispose();
    const [last] = second.run(uploaded);
    for (const values of await backend.read(kept!, last!)) expect([...values]).toEqual(sumsAfter(20));
    await backend.dispose();
  });

  it('a lost context is a typed error, and the next backend works', async () => {
    const { result: backend, contexts } = await contextsOf(() => createBackend({ mode }));
    const executable = await backend.compile(loop);
    const uploaded = loopInputs(backend);
    for (const context of contexts) context?.getExtension('WEBGL_lose_context')?.loseContext();
    expect(() => executable.run(uploaded)).toThrow(/webglcontextlost/);
    await expect(backend.read(uploaded[0]!)).rejects.toMatchObject({ code: 'device-lost' });
    await backend.dispose();
    const next = await createBackend({ mode });
    const [last] = await next.read((await next.compile(loop)).run(loopInputs(next))[0]!);
    expect([...last!]).toEqual(sumsAfter(20));
    await next.dispose();
  });

  it('a context that is lost while a kernel is compiled is the same typed error', async () => {
    const backend = await createBackend({ mode });
    const { prototype } = mode === 'webgl2' ? WebGL2RenderingContext : WebGLRenderingContext;
    const spy = vi.spyOn(prototype, 'compileShader').mockImplementationOnce(function (this: WebGLRenderingContext) {
      this.getExtension('WEBGL_lose_context')?.loseContext();
    });
    await expect(backend.compile(loop)).rejects.toMatchObject({ code: 'device-lost' });
    spy.mockRestore();
    await backend.dispose();
  });
});
