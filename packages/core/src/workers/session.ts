import { connect, type Connection, type NodeWorker, type PageWorker } from './connection.ts';
import type { Answers, Reply, Request, RequestOf } from './messages.ts';
import { errorOf, type Blame, type Part, type Program, type Step } from './part.ts';
import { fromWire, toWire } from './wireError.ts';

/** What came of a request: an answer, or why there is none. */
export type Outcome<K extends keyof Answers> = { readonly answer: Answers[K] } | { readonly error: Error };

export type Settle<K extends keyof Answers> = (outcome: Outcome<K>) => void;

/** A request without an answer yet. */
interface Question {
  readonly blame: Blame;
  /** What the worker does, for messages about its death. */
  readonly task: string;
  readonly settle: (outcome: Outcome<never>) => void;
}

/** One worker while it lives: what it holds, and what it was asked. */
export class Session {
  readonly #connection: Connection;
  readonly #parts = new Set<Part>();
  readonly #programs = new Set<Program>();
  readonly #questions: Question[] = [];

  constructor(worker: NodeWorker | PageWorker, onGone: (reason: string) => void) {
    this.#connection = connect(worker, { onMessage: (message) => this.#answer(message as Reply), onGone });
  }

  has(part: Part): boolean {
    return this.#parts.has(part);
  }

  /** The first request without an answer: what the worker is doing. */
  get question(): Question | undefined {
    return this.#questions[0];
  }

  /** Says whether something is expected of the worker, so that it keeps a Node process alive. */
  expect(something: boolean): void {
    this.#connection.expect(something);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  open(options: unknown, blame: Blame, settle: Settle<'open'>): void {
    const { lock } = this.#connection;
    this.#ask({ kind: 'open', options, lock }, blame, 'its start', (outcome) => {
      this.#connection.watch();
      settle(outcome);
    });
  }

  compile(program: Program, settle: Settle<'compile'>): void {
    const { id, graph, precision, blame, title } = program;
    this.#programs.add(program);
    this.#ask({ kind: 'compile', program: id, graph, precision }, blame, `compiling ${title}`, settle);
  }

  drop(program: Program): void {
    if (this.#programs.delete(program)) this.#post({ kind: 'drop', program: program.id });
  }

  upload(part: Part): void {
    if (part.origin.kind !== 'host') return;
    const { copy, start, end } = part.origin;
    this.#parts.add(part);
    if (copy.values instanceof Error) {
      this.#post({ kind: 'poison', parts: [part.id], error: toWire(copy.values) });
      return;
    }
    const data = copy.values!.slice(start, end);
    this.#post({ kind: 'upload', part: part.id, data, shape: part.shape }, [data.buffer as ArrayBuffer]);
  }

  /** Runs a step whose inputs the worker has. Of a step that has an error the outputs are poisoned, and nothing is settled. */
  run(step: Step, settle: Settle<'run'>): void {
    const { program, inputs, outputs, blame, run } = step;
    // A step that is done again may give anew what is there.
    for (const part of outputs) this.free(part);
    for (const part of outputs) this.#parts.add(part);
    const ids = outputs.map(({ id }) => id);
    const error = errorOf(step);
    if (error !== undefined) {
      this.#post({ kind: 'poison', parts: ids, error: toWire(error) });
      return;
    }
    if (!this.#programs.has(program)) this.compile(program, () => {});
    const request = { kind: 'run', program: program.id, inputs: inputs.map(({ id }) => id), outputs: ids } as const;
    this.#ask(request, blame, `run ${run} of ${program.title}`, (outcome) => {
      if ('answer' in outcome) program.working = outcome.answer.working;
      settle(outcome);
    });
  }

  read(parts: readonly Part[], blame: Blame, settle: Settle<'read'>): void {
    this.#ask({ kind: 'read', parts: parts.map(({ id }) => id) }, blame, 'copying results to the host', settle);
  }

  free(part: Part): void {
    if (this.#parts.delete(part)) this.#post({ kind: 'free', part: part.id });
  }

  #post(request: Request, transfer: ArrayBuffer[] = []): void {
    this.#connection.post(request, transfer);
  }

  #ask<K extends keyof Answers>(request: RequestOf<K>, blame: Blame, task: string, settle: Settle<K>): void {
    this.#questions.push({ blame, task, settle: settle as Question['settle'] });
    this.#post(request);
  }

  #answer(reply: Reply): void {
    const { blame, settle } = this.#questions.shift()!;
    blame.deaths = 0;
    settle(reply.ok ? ({ answer: reply.answer } as Outcome<never>) : { error: fromWire(reply.error) });
  }
}
