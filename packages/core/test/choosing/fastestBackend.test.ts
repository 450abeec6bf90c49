import { afterEach, describe, expect, it, vi } from 'vitest';
import { ArgumentError, defineModule, fastestBackend, nalu, NoBackendError, ShapeError, type Backend } from '../../src/index.ts';
import { constantInit } from '../../src/index.ts';
import { graphOf } from '../support.ts';
import { failing, losesDevice, never, slow, sound, unavailable, wrong } from './backends.ts';

const graph = graphOf([[4], [4]], (a, b) => a.exp().mul(b).sum());
const quick = { budget: 20 };

let backend: Backend | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await backend?.dispose();
  backend = undefined;
});

describe('fastestBackend', () => {
  it('chooses by time, explains, and disposes of the losers', async () => {
    const [tardy, swift] = [slow(3), sound('swift')];
    const choice = await fastestBackend(graph, [unavailable, tardy.create, swift.create], quick);
    ({ backend } = choice);
    expect(choice.name).toBe('swift');
    expect(choice.results.map(({ name, status }) => [name, status])).toEqual([
      ['webgpu', 'unavailable'],
      ['slow', 'slower'],
      ['swift', 'chosen'],
    ]);
    const [, loser, winner] = choice.results;
    expect(loser!.microseconds!.median).toBeGreaterThanOrEqual(3000);
    expect(winner!.microseconds!.samples).toBeGreaterThanOrEqual(1);
    expect(winner).toMatchObject({ paths: ['reference'], info: { name: 'swift' } });
    expect(choice.explanation.split('\n')).toEqual([
      'Measured: a run of the graph.',
      'webgpu: unavailable: this browser has no WebGPU. Use Chromium 113 or later.',
      expect.stringMatching(/^slow: slower: it takes .* ± .* µs \(\d+ samples?\), .* times as long as swift\. Ran: reference\.$/),
      expect.stringMatching(/^swift: chosen: it takes .* ± .* µs \(\d+ samples?\)\. Ran: reference\.$/),
    ]);
    expect([tardy.disposed, swift.disposed]).toEqual([1, 0]);
    expect(choice.backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
  });

  it('never chooses one that computes wrongly, however fast', async () => {
    const liar = wrong();
    const choice = await fastestBackend(graph, [liar.create, slow(1).create], quick);
    ({ backend } = choice);
    expect(choice.name).toBe('slow');
    expect(choice.results[0]).toMatchObject({ status: 'wrong', microseconds: null });
    expect(choice.results[0]!.reason).toMatch(/^it computes element 0 of output 0 as .*, but the oracle gives /);
    expect(liar.disposed).toBe(1);
  });

  it('survives candidates that throw, hang, or lose their device', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [thrower, hung] = [failing(), sound('hung')];
    const lost = [losesDevice(0), losesDevice(3)];
    const choice = await fastestBackend(
      graph,
      [
        thrower.create,
        () => ({ ...hung.create(), sync: () => never() }),
        ...lost.map(({ create }) => create),
        sound('steady').create,
      ],
      quick,
    );
    ({ backend } = choice);
    expect(choice.name).toBe('steady');
    expect(choice.results.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'failed', 'chosen']);
    expect(choice.results[0]!.reason).toMatch(/failing": out of luck/);
    expect(choice.results[1]!.reason).toMatch(/no answer within 30 seconds/);
    expect(choice.results[2]!.reason).toMatch(/lost its device: the driver was restarted/);
    expect([thrower.disposed, hung.disposed, ...lost.map(({ disposed }) => disposed)]).toEqual([1, 1, 1, 1]);
  });

  it('finds out at the end that the fastest has lost its device', async () => {
    let looks = 0;
    const fleeting = sound('fleeting');
    const create = (): Backend => {
      const made = fleeting.create();
      let measured = false;
      return {
        ...made,
        sync: async () => {
          looks++;
          if (measured) throw new Error('it is gone.');
        },
        compile: async (...args) => {
          const executable = await made.compile(...args);
          return {
            ...executable,
            dispose: () => {
              measured = looks > 0;
              executable.dispose();
            },
          };
        },
      };
    };
    const choice = await fastestBackend(graph, [create, slow(2).create], quick);
    ({ backend } = choice);
    expect(choice.results.map(({ status, reason }) => [status, reason])).toEqual([
      ['failed', 'it is gone.'],
      ['chosen', expect.stringMatching(/^it takes/)],
    ]);
    expect(fleeting.disposed).toBe(1);
  });

  it('measures training steps of a module', async () => {
    const choice = await fastestBackend(nalu({ inputs: 2, outputs: 1 }), [sound('only').create], { ...quick, batch: 8 });
    ({ backend } = choice);
    expect(choice.explanation).toMatch(/^Measured: a training step of nalu, batch 8\.\nonly: chosen: it takes/);
    expect(choice.results[0]!.compileMilliseconds).toBeGreaterThan(0);
    expect(choice.backend.memory()).toEqual({ buffers: 0, bytes: 0, working: 0 });
  });

  it('checks training steps against the oracle too', async () => {
    const bad = sound('bad', { tanh: (out, [x]) => x!.forEach((value, i) => (out[i] = Math.tanh(value) + 0.5)) });
    const module = nalu({ inputs: 2, outputs: 1 });
    await expect(fastestBackend(module, [bad.create], { ...quick, batch: 8 })).rejects.toThrow(/bad: it computes element/);
    expect(bad.disposed).toBe(1);
  });

  it('takes inputs, and says which are wrong', async () => {
    const seen: number[] = [];
    const spy = sound('spy', {
      exp: (out, [x]) => {
        seen.push(x![0]!);
        x!.forEach((value, i) => (out[i] = Math.exp(value)));
      },
    });
    const inputs = [Float64Array.of(2, 2, 2, 2), Float64Array.of(1, 1, 1, 1)];
    ({ backend } = await fastestBackend(graph, [spy.create], { ...quick, inputs }));
    expect(new Set(seen)).toEqual(new Set([2]));
    await expect(fastestBackend(graph, [spy.create], { inputs: [] })).rejects.toThrow(/takes 2 inputs, but 0/);
    await expect(fastestBackend(graph, [spy.create], { budget: 0 })).rejects.toThrow(ArgumentError);
    await expect(fastestBackend(graph, [])).rejects.toThrow(ArgumentError);
  });

  it('names the mistake of a module once, and starts nothing', async () => {
    const probe = sound();
    const askew = defineModule({
      name: 'askew',
      paper: '',
      inputs: 2,
      outputs: 1,
      params: { w: { shape: [3, 1], init: constantInit(1) } },
      apply: ({ w }, x) => x.matmul(w),
    });
    await expect(fastestBackend(askew, [probe.create])).rejects.toThrow(ShapeError);
    expect(probe.made).toBe(0);
  });

  it('in f64, when asked', async () => {
    const choice = await fastestBackend(graph, [sound().create], { ...quick, precision: 'f64' });
    ({ backend } = choice);
    expect(choice.name).toBe('sound');
  });

  it('lists every reason when none is left', async () => {
    const error: unknown = await fastestBackend(graph, [unavailable, wrong().create, failing().create], quick).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(NoBackendError);
    expect((error as NoBackendError).problems.map(({ backend: name }) => name)).toEqual(['webgpu', 'wrong', 'failing']);
  });

  it('can be aborted while it measures, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const probes = [sound('first'), sound('second')];
    const choosing = fastestBackend(
      graph,
      probes.map(({ create }) => create),
      {
        budget: 60_000,
        signal: controller.signal,
        onCandidate: () => setTimeout(() => controller.abort(new Error('enough')), 30),
      },
    );
    await expect(choosing).rejects.toThrow('enough');
    expect(probes.map(({ made, disposed }) => [made, disposed])).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});
