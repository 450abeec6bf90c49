import type { Backend, DeviceBuffer, Executable } from '../backend/contract.ts';
import type { Answers, Request, RequestOf } from './messages.ts';
import { fromWire, toWire, type WireError } from './wireError.ts';
import { workerPort } from './workerPort.ts';

/** What a name stands for, or why it could not be made: whoever uses it then gets that error. */
type Held<T> = T | Error;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const sound = <T>(held: Held<T> | undefined): T => {
  if (held === undefined) throw new Error('A worker was asked for something that it does not have.');
  if (held instanceof Error) throw held;
  return held;
};

type Handlers = {
  readonly [K in Request['kind']]: (
    request: RequestOf<K>,
  ) => K extends keyof Answers ? Answers[K] | Promise<Answers[K]> : void | Promise<void>;
};

/** Held as long as the worker lives: the host, who waits for the lock, gets it when the worker is gone. */
const hold = (lock: string): Promise<void> =>
  new Promise((resolve) => {
    void navigator.locks.request(lock, () => {
      resolve();
      return new Promise(() => {});
    });
  });

/** @param grew told how many more bytes a program holds after it was compiled or has run. */
const handlersOf = (
  createBackend: (options: never) => Promise<Backend>,
  grew: (program: number, bytes: number) => void,
): Handlers => {
  let opened: Backend | undefined;
  const programs = new Map<number, Held<Executable>>();
  const parts = new Map<number, Held<DeviceBuffer>>();
  const backend = (): Backend => sound(opened);
  const workingBytes = (): number => backend().memory().working;

  return {
    open: async ({ options, lock }) => {
      if (lock !== undefined) await hold(lock);
      opened = await createBackend(options as never);
      return opened.info;
    },
    compile: async ({ program, graph, precision }) => {
      try {
        // Nothing else works at the same time, so what the backend holds more afterwards is the program's.
        const before = workingBytes();
        const executable = await backend().compile(graph, { precision });
        grew(program, workingBytes() - before);
        programs.set(program, executable);
        return executable.report;
      } catch (error) {
        programs.set(program, asError(error));
        throw error;
      }
    },
    drop: ({ program }) => {
      const held = programs.get(program);
      programs.delete(program);
      if (held !== undefined && !(held instanceof Error)) held.dispose();
    },
    upload: ({ part, data, shape }) => {
      try {
        parts.set(part, backend().upload(data, shape));
      } catch (error) {
        parts.set(part, asError(error));
      }
    },
    run: ({ program, inputs, outputs }) => {
      try {
        const executable = sound(programs.get(program));
        const given = inputs.map((part) => sound(parts.get(part)));
        const before = workingBytes();
        const results = executable.run(given);
        grew(program, workingBytes() - before);
        results.forEach((buffer, i) => parts.set(outputs[i]!, buffer));
      } catch (error) {
        outputs.forEach((part) => parts.set(part, asError(error)));
      }
      return null;
    },
    poison: ({ parts: failed, error }) => failed.forEach((part) => parts.set(part, fromWire(error))),
    read: ({ parts: wanted }) => backend().read(...wanted.map((part) => sound(parts.get(part)))),
    free: ({ parts: unused }) => {
      for (const part of unused) {
        const held = parts.get(part);
        parts.delete(part);
        if (held !== undefined && !(held instanceof Error)) backend().free(held);
      }
    },
  };
};

/** Requests that get an answer. */
const answered: { readonly [K in Request['kind']]: (request: RequestOf<K>) => boolean } = {
  open: () => true,
  compile: () => true,
  drop: () => false,
  upload: () => false,
  run: (request) => request.answered,
  poison: () => false,
  read: () => true,
  free: () => false,
};

const buffersOf = (answer: unknown): ArrayBuffer[] =>
  Array.isArray(answer) ? answer.map(({ buffer }: { readonly buffer: ArrayBuffer }) => buffer) : [];

type Outcome = { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly error: WireError };

/**
 * The whole of a worker's script: computes on a backend of its own what a `shardedBackend` asks for.
 *
 * @param createBackend called with the `options` that were given to `shardedBackend`.
 */
export const serveBackend = (createBackend: (options: never) => Promise<Backend>): void => {
  const port = workerPort();
  const working = new Map<number, number>();
  const changed = new Set<number>();
  const handlers = handlersOf(createBackend, (program, bytes) => {
    if (bytes === 0) return;
    working.set(program, (working.get(program) ?? 0) + bytes);
    changed.add(program);
  });
  const reply = (outcome: Outcome): void => {
    const bytes = [...changed].map((program) => [program, working.get(program)!] as const);
    changed.clear();
    port.post({ ...outcome, working: bytes }, outcome.ok ? buffersOf(outcome.answer) : []);
  };
  const handle = async (request: Request): Promise<void> => {
    const isAnswered = answered[request.kind] as (request: Request) => boolean;
    try {
      const result = (handlers[request.kind] as (request: Request) => unknown)(request);
      // Most requests are done at once, and many come together.
      const answer = result instanceof Promise ? await result : result;
      if (isAnswered(request)) reply({ ok: true, answer });
    } catch (error) {
      if (isAnswered(request)) reply({ ok: false, error: toWire(error) });
    }
  };
  let last: Promise<void> = Promise.resolve();
  const handleAfter = async (before: Promise<void>, requests: readonly Request[]): Promise<void> => {
    await before;
    for (const request of requests) await handle(request);
  };
  port.listen((message) => {
    last = handleAfter(last, message as readonly Request[]);
  });
};
