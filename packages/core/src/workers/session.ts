import { connect, type Connection, type NodeWorker, type PageWorker } from './connection.ts';
import type { Answers, Reply, Request, RequestOf } from './messages.ts';
import { errorOf, type Blame, type Part, type Program, type Step } from './part.ts';
import { yieldToEventLoop } from '../backend/yieldToEventLoop.ts';
import { fromWire, toWire } from './wireError.ts';

/** What came of a request: an answer, or why there is none. */
export type Outcome<K extends keyof Answers> = { readonly answer: Answers[K] } | { readonly error: Error };

export type Settle<K extends keyof Answers> = (outcome: Outcome<K>) => void;

/** Something that the worker does. */
interface Question {
  readonly blame: Blame;
  /** For messages about its death. */
  readonly task: string;
  /** Receives the answer; undefined for a run that has none. */
  readonly settle: ((outcome: Outcome<never>) => void) | undefined;
}

/** So many runs in a row may be without an answer: what is not known to be done must be remembered. */
const MOST_UNANSWERED = 64;

/** So many requests are sent at once even when more follow. */
const MOST_UNSENT = 64;

/** One worker while it lives: what it holds, and what it was asked. */
export class Session {
  readonly #connection: Connection;
  readonly #parts = new Set<Part>();
  readonly #programs = new Map<number, Program>();
  readonly #questions: Question[] = [];
  /** Questions that have an answer. */
  #expected = 0;
  #unanswered = 0;
  readonly #unsent: Request[] = [];
  readonly #transfer: ArrayBuffer[] = [];

  constructor(worker: NodeWorker | PageWorker, onGone: (reason: string) => void) {
    this.#connection = connect(worker, { onMessage: (message) => this.#answer(message as Reply), onGone });
  }

  has(part: Part): boolean {
    return this.#parts.has(part);
  }

  /** What the worker is doing, or a run without an answer before it. */
  get question(): Question | undefined {
    return this.#questions[0];
  }

  /** A worker of which no answer is expected keeps no Node process alive. */
  expect(more: boolean): void {
    this.#connection.expect(more || this.#expected > 0);
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
    this.#programs.set(id, program);
    this.#ask({ kind: 'compile', program: id, graph, precision }, blame, `compiling ${title}`, settle);
  }

  drop(program: Program): void {
    if (this.#programs.delete(program.id)) this.#post({ kind: 'drop', program: program.id });
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
    this.#post({ kind: 'upload', part: part.id, data, shape: part.shape }, data.buffer as ArrayBuffer);
  }

  /**
   * Runs a step whose inputs the worker has. The outputs of a step that has an error are poisoned.
   *
   * @param settle called when it is done. Without it nobody is told, and what a dead worker did is not known so exactly.
   */
  run(step: Step, settle?: Settle<'run'>): void {
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
    if (!this.#programs.has(program.id)) this.compile(program, () => {});
    this.#unanswered = settle === undefined ? this.#unanswered + 1 : 0;
    const request = { kind: 'run', program: program.id, inputs: inputs.map(({ id }) => id), outputs: ids } as const;
    const task = `run ${run} of ${program.title}`;
    this.#ask({ ...request, answered: settle !== undefined }, blame, task, settle);
  }

  /** Whether the next run must have an answer. */
  get isOverdue(): boolean {
    return this.#unanswered >= MOST_UNANSWERED;
  }

  read(parts: readonly Part[], blame: Blame, settle: Settle<'read'>): void {
    this.#ask({ kind: 'read', parts: parts.map(({ id }) => id) }, blame, 'copying results to the host', settle);
  }

  free(part: Part): void {
    if (!this.#parts.delete(part)) return;
    const last = this.#unsent.at(-1);
    // A step replaces many buffers.
    if (last?.kind === 'free') last.parts.push(part.id);
    else this.#post({ kind: 'free', parts: [part.id] });
  }

  /**
   * Requests are collected, because a message costs more than most of what it asks for: while the worker has something to do,
   * until the event loop comes round; else until whoever asks now is done.
   */
  #post(request: Request, ...transfer: readonly ArrayBuffer[]): void {
    this.#unsent.push(request);
    this.#transfer.push(...transfer);
    if (this.#unsent.length >= MOST_UNSENT) this.#flush();
    else if (this.#unsent.length === 1) void this.#flushLater();
  }

  async #flushLater(): Promise<void> {
    await (this.#questions.length > 1 ? yieldToEventLoop() : undefined);
    this.#flush();
  }

  #flush(): void {
    if (this.#unsent.length > 0) this.#connection.post(this.#unsent.splice(0), this.#transfer.splice(0));
  }

  #ask<K extends keyof Answers>(request: RequestOf<K>, blame: Blame, task: string, settle: Settle<K> | undefined): void {
    this.#questions.push({ blame, task, settle: settle as Question['settle'] });
    if (settle !== undefined) this.#expected++;
    this.#post(request);
  }

  /** An answer says too that everything that was asked before is done. */
  #answer(reply: Reply): void {
    const at = this.#questions.findIndex(({ settle }) => settle !== undefined);
    const done = this.#questions.splice(0, at + 1);
    for (const { blame } of done) blame.deaths = 0;
    for (const [id, bytes] of reply.working) {
      const program = this.#programs.get(id);
      if (program !== undefined) program.working = bytes;
    }
    this.#expected--;
    this.#unanswered = 0;
    done.at(-1)!.settle!(reply.ok ? ({ answer: reply.answer } as Outcome<never>) : { error: fromWire(reply.error) });
  }
}
