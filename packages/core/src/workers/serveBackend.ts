import type { Backend, DeviceBuffer, Executable } from '../backend/contract.ts';
import type { Answers, Reply, Request, RequestOf } from './messages.ts';
import { fromWire, toWire } from './wireError.ts';
import { workerPort } from './workerPort.ts';

/** What a name stands for, or why it could not be made: whoever uses it then gets that error. */
type Held<T> = T | Error;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const sound = <T>(held: Held<T> | undefined): T => {
  if (held === undefined) throw new Error('A worker was asked for something that it does not have.');
  if (held instanceof Error) throw held;
  return held;
};

interface HeldProgram {
  readonly executable: Executable;
  working: number;
}

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

const handlersOf = (createBackend: (options: never) => Promise<Backend>): Handlers => {
  let opened: Backend | undefined;
  const programs = new Map<number, Held<HeldProgram>>();
  const parts = new Map<number, Held<DeviceBuffer>>();
  const backend = (): Backend => sound(opened);

  /** The memory of a program is what the backend holds more (or less) after the program's work. */
  const measured = async <T>(work: () => T | Promise<T>): Promise<readonly [result: T, grown: number]> => {
    const before = backend().memory().working;
    const result = await work();
    return [result, backend().memory().working - before];
  };

  return {
    open: async ({ options, lock }) => {
      if (lock !== undefined) await hold(lock);
      opened = await createBackend(options as never);
      return opened.info;
    },
    compile: async ({ program, graph, precision }) => {
      try {
        const [executable, working] = await measured(() => backend().compile(graph, { precision }));
        programs.set(program, { executable, working });
        return { report: executable.report, working };
      } catch (error) {
        programs.set(program, asError(error));
        throw error;
      }
    },
    drop: ({ program }) => {
      const held = programs.get(program);
      programs.delete(program);
      if (held !== undefined && !(held instanceof Error)) held.executable.dispose();
    },
    upload: ({ part, data, shape }) => {
      try {
        parts.set(part, backend().upload(data, shape));
      } catch (error) {
        parts.set(part, asError(error));
      }
    },
    run: async ({ program, inputs, outputs }) => {
      try {
        const held = sound(programs.get(program));
        const given = inputs.map((part) => sound(parts.get(part)));
        const [results, grown] = await measured(() => held.executable.run(given));
        results.forEach((buffer, i) => parts.set(outputs[i]!, buffer));
        held.working += grown;
        return { working: held.working };
      } catch (error) {
        outputs.forEach((part) => parts.set(part, asError(error)));
        throw error;
      }
    },
    poison: ({ parts: failed, error }) => failed.forEach((part) => parts.set(part, fromWire(error))),
    read: ({ parts: wanted }) => backend().read(...wanted.map((part) => sound(parts.get(part)))),
    free: ({ part }) => {
      const held = parts.get(part);
      parts.delete(part);
      if (held !== undefined && !(held instanceof Error)) backend().free(held);
    },
  };
};

const isAnswered: { readonly [K in Request['kind']]: K extends keyof Answers ? true : false } = {
  open: true,
  compile: true,
  drop: false,
  upload: false,
  run: true,
  poison: false,
  read: true,
  free: false,
};

const buffersOf = (answer: unknown): ArrayBuffer[] =>
  Array.isArray(answer) ? answer.map(({ buffer }: { readonly buffer: ArrayBuffer }) => buffer) : [];

/**
 * The whole of a worker's script: computes on a backend of its own what a `shardedBackend` asks for.
 *
 * @param createBackend called with the `options` that were given to `shardedBackend`.
 */
export const serveBackend = (createBackend: (options: never) => Promise<Backend>): void => {
  const port = workerPort();
  const handlers = handlersOf(createBackend);
  const handle = async (request: Request): Promise<void> => {
    let reply: Reply;
    try {
      const answer = await (handlers[request.kind] as (request: Request) => unknown)(request);
      reply = { ok: true, answer: answer as Answers[keyof Answers] };
    } catch (error) {
      reply = { ok: false, error: toWire(error) };
    }
    if (isAnswered[request.kind]) port.post(reply, reply.ok ? buffersOf(reply.answer) : []);
  };
  let last: Promise<void> = Promise.resolve();
  port.listen((message) => {
    last = last.then(() => handle(message as Request));
  });
};
