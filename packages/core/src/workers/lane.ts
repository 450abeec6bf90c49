import type { BackendInfo } from '../backend/contract.ts';
import { BackendUnavailableError, DeviceLostError, DisposedError } from '../errors.ts';
import type { FloatArray } from '../ops/row.ts';
import type { NodeWorker, PageWorker } from './connection.ts';
import { WorkerDiedError } from './errors.ts';
import type { Answers } from './messages.ts';
import { blameless, errorOf, onHost, type Blame, type Part, type Program, type Step } from './part.ts';
import { restoration, type Action } from './restoration.ts';
import { Session, type Outcome } from './session.ts';

/** A worker that died. Another one takes its place and does its share again. */
export interface WorkerLoss {
  /** Index of the worker, counted from 0. */
  readonly worker: number;
  /** What is known of how it died. */
  readonly reason: string;
  /** What it was doing; undefined when nothing. */
  readonly task: string | undefined;
  /** How many workers in a row are known to have died over this task. */
  readonly deaths: number;
  /** All of it as a sentence. */
  readonly message: string;
}

export interface LaneSettings {
  readonly index: number;
  readonly start: () => NodeWorker | PageWorker;
  /** For the worker's `createBackend`. */
  readonly options: unknown;
  readonly onLost: (loss: WorkerLoss) => void;
  /** No worker can be had any more. */
  readonly onBroken: (error: DeviceLostError) => void;
}

/** So many deaths in a row over one task, or before a worker is ready, are enough. */
const MOST_DEATHS = 3;

/**
 * A result that takes more steps than this to compute again is copied to the host. It bounds what must be done again when a
 * worker dies, and the memory of how. One copy in so many steps costs little beside the steps.
 */
const LONGEST_LINEAGE = 64;

/** Something to do in the worker. It may be sent more than once: to the next worker when one has died before it answered. */
interface Job {
  /** What the worker must have. */
  readonly needs: () => readonly Part[];
  /** `done` is called when the worker has answered. */
  readonly send: (session: Session, done: () => void) => void;
  /** Takes back what sending has changed here. */
  readonly recall?: () => void;
  readonly refuse: (error: Error) => void;
}

const nothing = (): readonly Part[] => [];

const ignore = (): void => {};

const restore = (session: Session, action: Action): void => {
  // A worker lacks results only after a death: it must be known over which step the next one dies.
  if (action.kind === 'run') session.run(action.step, ignore);
  else session[action.kind](action.part);
};

/** Settles a promise and says that the worker has answered. */
const settling =
  <K extends keyof Answers>(
    resolve: (answer: Answers[K]) => void,
    reject: (error: Error) => void,
    done: () => void,
  ): ((outcome: Outcome<K>) => void) =>
  (outcome) => {
    done();
    if ('error' in outcome) reject(outcome.error);
    else resolve(outcome.answer);
  };

/**
 * A queue of jobs and the worker that does them. When the worker dies, another one gets back what the jobs need and goes on.
 * Every step gives the same numbers again, so nothing but time is lost.
 */
export class Lane {
  readonly #settings: LaneSettings;
  #session: Session | undefined;
  #info: BackendInfo | undefined;
  /** Workers that died before they were ready, in a row. */
  readonly #starts = blameless();
  /** Why nothing can be done any more. */
  #end: Error | undefined;
  #isReady = false;
  /** The next job needs values that are on their way to the host. */
  #isBlocked = false;
  /** Jobs to send. */
  #waiting: Job[] = [];
  /** Jobs that were sent and may not be done. */
  #sent: Job[] = [];

  constructor(settings: LaneSettings) {
    this.#settings = settings;
  }

  /**
   * Starts the first worker.
   *
   * @throws BackendUnavailableError when it does not start, or what its `createBackend` throws.
   */
  open(): Promise<BackendInfo> {
    return new Promise((resolve, reject) => {
      this.#start((outcome) => {
        if ('answer' in outcome) resolve(outcome.answer);
        else reject(outcome.error);
      });
    });
  }

  compile(program: Program): Promise<Answers['compile']> {
    return new Promise((resolve, reject) => {
      this.#add({
        needs: nothing,
        send: (session, done) => {
          if (program.blame.error === undefined) session.compile(program, settling(resolve, reject, done));
          else reject(program.blame.error);
        },
        refuse: reject,
      });
    });
  }

  drop(program: Program): void {
    this.#add({
      needs: nothing,
      send: (session) => {
        program.dropped = true;
        session.drop(program);
      },
      recall: () => {
        program.dropped = false;
      },
      refuse: ignore,
    });
  }

  /** Runs a step. What goes wrong is for those who read its results. */
  run(step: Step): void {
    let times = 0;
    this.#add({
      needs: () => (errorOf(step) === undefined ? step.inputs : []),
      send: (session, done) => {
        times++;
        // After a death it must be known over which step the next one dies.
        session.run(step, times > 1 || session.isOverdue ? done : undefined);
      },
      refuse: ignore,
    });
    if (step.outputs.some(({ depth }) => depth > LONGEST_LINEAGE)) this.#shortenLineage(step.outputs);
  }

  /** Copies of parts. Of none: resolves when everything so far is done. */
  read(parts: readonly Part[]): Promise<readonly FloatArray[]> {
    const blame = blameless();
    return new Promise((resolve, reject) => {
      this.#add({
        needs: () => (blame.error === undefined ? parts : []),
        send: (session, done) => {
          if (blame.error === undefined) session.read(parts, blame, settling(resolve, reject, done));
          else reject(blame.error);
        },
        refuse: reject,
      });
    });
  }

  free(part: Part): void {
    this.#add({
      needs: nothing,
      send: (session) => {
        part.freed = true;
        session.free(part);
      },
      recall: () => {
        part.freed = false;
      },
      refuse: ignore,
    });
  }

  /** Ends the worker and refuses what is not done. */
  async close(): Promise<void> {
    this.#refuseAll(new DisposedError('The workers were ended.'));
    await this.#session?.close();
  }

  /** From now on these parts come from the host. */
  #shortenLineage(parts: readonly Part[]): void {
    for (const part of parts) part.depth = 0;
    const comeFrom = (part: Part, values: FloatArray | Error): void => {
      part.origin = { kind: 'host', copy: onHost(values), start: 0, end: values instanceof Error ? 0 : values.length };
    };
    this.read(parts).then(
      (values) => parts.forEach((part, i) => comeFrom(part, values[i]!)),
      (error: Error) => parts.forEach((part) => comeFrom(part, error)),
    );
  }

  #add(job: Job): void {
    if (this.#end !== undefined) {
      job.refuse(this.#end);
      return;
    }
    this.#waiting.push(job);
    this.#work();
  }

  /** Sends jobs as long as there is nothing to wait for. */
  #work(): void {
    if (this.#session === undefined && this.#waiting.length > 0) this.#start();
    while (this.#isReady && !this.#isBlocked && this.#waiting.length > 0) this.#sendNext(this.#session!);
    this.#expect();
  }

  #sendNext(session: Session): void {
    const job = this.#waiting[0]!;
    const { actions, missing } = restoration(job.needs(), (part) => session.has(part));
    if (missing.length > 0) {
      void this.#waitFor(missing);
      return;
    }
    for (const action of actions) restore(session, action);
    for (const { program } of actions.flatMap((action) => (action.kind === 'run' ? [action.step] : [])))
      if (program.dropped) session.drop(program);
    this.#waiting.shift();
    this.#sent.push(job);
    job.send(session, () => this.#done(job));
  }

  async #waitFor(missing: readonly Promise<void>[]): Promise<void> {
    this.#isBlocked = true;
    await Promise.all(missing);
    this.#isBlocked = false;
    this.#work();
  }

  /** The worker has answered, and so has done everything that was sent before. */
  #done(job: Job): void {
    this.#sent.splice(0, this.#sent.indexOf(job) + 1);
    this.#expect();
  }

  /** A worker that owes nothing keeps no process alive. */
  #expect(): void {
    this.#session?.expect(this.#waiting.length > 0);
  }

  #start(onFirst: (outcome: Outcome<'open'>) => void = ignore): void {
    this.#isReady = false;
    const gone = (reason: string): void => {
      if (this.#info === undefined) onFirst({ error: cannotStart(reason) });
      else this.#replace(reason);
    };
    try {
      this.#session = new Session(this.#settings.start(), gone);
    } catch (error) {
      const reason = `start() failed: ${error instanceof Error ? error.message : String(error)}.`;
      if (this.#info === undefined) onFirst({ error: cannotStart(reason) });
      else this.#break(reason);
      return;
    }
    this.#session.open(this.#settings.options, this.#starts, (outcome) => {
      if (this.#info === undefined) onFirst(outcome);
      if ('error' in outcome) {
        this.#break(outcome.error.message);
        return;
      }
      this.#info = outcome.answer;
      this.#isReady = true;
      this.#work();
    });
  }

  /** What the worker was doing when it died. Among runs without an answer that is not known, and none is blamed. */
  #suspect(): { readonly task: string | undefined; readonly blame: Blame } {
    const question = this.#session?.question;
    if (question === undefined) return { task: undefined, blame: blameless() };
    if (question.settle !== undefined) return question;
    return { task: `${question.task}, or over what followed it`, blame: blameless() };
  }

  /** What a dead worker had not done is sent again, to the next one. */
  #replace(reason: string): void {
    const { index, onLost } = this.#settings;
    const { name } = this.#info!;
    const { task, blame } = this.#suspect();
    const deaths = ++blame.deaths;
    void this.#session?.close();
    this.#session = undefined;
    this.#isReady = false;
    // What comes first now need not wait: others may even wait for it.
    this.#isBlocked = false;
    for (const job of this.#sent) job.recall?.();
    this.#waiting = [...this.#sent, ...this.#waiting];
    this.#sent = [];
    if (deaths >= MOST_DEATHS && blame === this.#starts) this.#break(`no worker could be started any more. ${reason}`);
    else if (deaths >= MOST_DEATHS) blame.error = new WorkerDiedError(name, index, task!, deaths, reason);
    this.#work();
    const message = `Worker ${index} of the backend "${name}" died${task === undefined ? '' : ` over ${task}`}. ${reason}`;
    onLost({ worker: index, reason, task, deaths, message });
  }

  #break(reason: string): void {
    const error = new DeviceLostError(this.#info?.name ?? 'workers', reason);
    this.#refuseAll(error);
    void this.#session?.close();
    this.#settings.onBroken(error);
  }

  #refuseAll(error: Error): void {
    this.#end = error;
    const jobs = [...this.#sent, ...this.#waiting];
    this.#sent = [];
    this.#waiting = [];
    for (const job of jobs) job.refuse(error);
  }
}

const cannotStart = (reason: string): BackendUnavailableError =>
  new BackendUnavailableError(
    'workers',
    `a worker did not start. ${reason}`,
    "Let start() return a worker whose script calls serveBackend, such as that of '@nalu/backend-js/worker'.",
  );
