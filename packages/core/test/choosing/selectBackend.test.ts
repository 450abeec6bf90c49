import { afterEach, describe, expect, it, vi } from 'vitest';
import { ArgumentError, NoBackendError, selectBackend, type Backend } from '../../src/index.ts';
import { never, sound, unavailable } from './backends.ts';

const missingPackage = (): Promise<Backend> => {
  const error = new Error("Cannot find package '@nalu/backend-none' imported from app.js");
  throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
};

afterEach(() => void vi.useRealTimers());

describe('selectBackend', () => {
  it('takes the first that can run, says why earlier ones could not, and loads none after it', async () => {
    const [first, later] = [sound('first'), sound('later')];
    const { backend, name, skipped } = await selectBackend([
      unavailable,
      { name: 'none', create: missingPackage },
      first.create,
      later.create,
    ]);
    expect([name, backend.info.name, first.disposed, later.made]).toEqual(['first', 'first', 0, 0]);
    expect(skipped).toEqual([
      { backend: 'webgpu', reason: 'this browser has no WebGPU.', remedy: 'Use Chromium 113 or later.' },
      {
        backend: 'none',
        reason: "Cannot find package '@nalu/backend-none' imported from app.js.",
        remedy: 'Install the package.',
      },
    ]);
    await backend.dispose();
  });

  it('takes packages as they are imported', async () => {
    const { create } = sound('packaged');
    const { backend, name } = await selectBackend([{ name: 'mine', create: async () => ({ createBackend: create }) }]);
    expect([name, backend.info.name]).toEqual(['mine', 'packaged']);
    // The proof that it computes leaves nothing behind.
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
  });

  it('passes over a backend that starts but computes wrongly, and one of another contract', async () => {
    const liar = sound('liar', { mul: (out) => out.fill(7) });
    const old = sound('old');
    const outdated = (): Backend => ({ ...old.create(), info: { ...old.create().info, contract: 0 } });
    const { skipped } = await selectBackend([liar.create, outdated, sound().create]);
    expect(skipped.map(({ backend, reason }) => `${backend}: ${reason}`)).toEqual([
      'liar: it starts, but computes 2·1 + 1 and 2·2 + 1 as 8 and 8.',
      expect.stringMatching(/^old: it was made for version 0/),
    ]);
    expect([liar.disposed, old.disposed]).toEqual([1, 1]);
  });

  it('refuses what is no candidate', async () => {
    const wrong = selectBackend(['js' as never]);
    await expect(wrong).rejects.toBeInstanceOf(ArgumentError);
    await expect(wrong).rejects.toThrow('Candidate 1 is "js", but must be a function that makes a backend or loads its package');
  });

  it('names every reason and remedy when none can run', async () => {
    const error: unknown = await selectBackend([unavailable, { name: 'x', create: missingPackage }]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NoBackendError);
    expect((error as NoBackendError).code).toBe('no-backend');
    expect((error as NoBackendError).problems).toHaveLength(2);
    expect((error as NoBackendError).message).toMatch(
      /^No backend can be used here\.\n {2}webgpu: this browser has no WebGPU\. Use Chromium 113 or later\.\n {2}x: .*Install the package\.$/,
    );
  });

  it('refuses an empty list', async () => {
    await expect(selectBackend([])).rejects.toThrow(ArgumentError);
  });

  it('does not wait for ever, and disposes of what comes too late', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const late = sound('late');
    let arrive: (backend: Backend) => void;
    const delayed = (): Promise<Backend> => {
      void never();
      return new Promise((resolve) => {
        arrive = resolve;
      });
    };
    const { name, skipped } = await selectBackend([{ name: 'hung', create: () => never() }, delayed, sound().create]);
    expect(name).toBe('sound');
    expect(skipped.map(({ backend, reason }) => [backend, reason])).toEqual([
      ['hung', 'there was no answer within 30 seconds.'],
      ['candidate 2', 'there was no answer within 30 seconds.'],
    ]);
    arrive!(late.create());
    await vi.waitFor(() => expect(late.disposed).toBe(1));
  });

  it('can be aborted', async () => {
    const controller = new AbortController();
    const selecting = selectBackend([() => new Promise(() => {}), sound().create], { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(selecting).rejects.toThrow('enough');
    await expect(selectBackend([sound().create], { signal: controller.signal })).rejects.toThrow('enough');
  });
});
