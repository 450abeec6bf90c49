/**
 * Every error that Nalu throws on purpose. Each message says what was wrong, where, and what to do; `code` is stable
 * and meant for programs.
 */
export class NaluError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Shapes that do not fit together, found while tracing. The message names the op, the shapes, the module and the source line. */
export class ShapeError extends NaluError {
  constructor(message: string) {
    super('shape', message);
  }
}

/** A value that a function cannot take: a wrong option, an unknown name, an empty list. */
export class ArgumentError extends NaluError {
  constructor(message: string) {
    super('argument', message);
  }
}

/** A graph that breaks the rules of `verify`: saved by hand, damaged, or from another version. */
export class GraphError extends NaluError {
  constructor(message: string) {
    super('graph', message);
  }
}

/** A derivative was asked for that does not exist (through `scan`, for example). */
export class DerivativeError extends NaluError {
  constructor(message: string) {
    super('derivative', message);
  }
}

/** Training or evaluation data that cannot be used: empty, ragged or not finite. The message names row and column. */
export class DataError extends NaluError {
  constructor(message: string) {
    super('data', message);
  }
}

/** A buffer was used after it was freed or donated, or belongs to another backend. */
export class BufferError extends NaluError {
  constructor(message: string) {
    super('buffer', message);
  }
}

/** A backend, executable or model was used after `dispose`. */
export class DisposedError extends NaluError {
  constructor(message: string) {
    super('disposed', message);
  }
}

/** A step failed while it ran. Buffers that derive from it are poisoned; reading one of them rejects with this error. */
export class ExecutionError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('execution', message, options);
  }
}

/** Something is larger than the device allows: a tensor, a program, or all memory together. Nothing was changed by the call. */
export class LimitError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('limit', message, options);
  }
}

/** The device of a backend is gone, and with it all buffers. `reason` says why, `remedy` what to do. */
export class DeviceLostError extends NaluError {
  readonly backend: string;
  readonly reason: string;
  readonly remedy: string;

  constructor(
    backend: string,
    reason: string,
    remedy = 'Dispose this backend, create a new one, and go on from the last checkpoint.',
    options?: ErrorOptions,
  ) {
    super('device-lost', `The backend "${backend}" lost its device: ${reason} ${remedy}`, options);
    this.backend = backend;
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** A backend cannot run on this machine. `reason` says why, `remedy` what would help. */
export class BackendUnavailableError extends NaluError {
  readonly backend: string;
  readonly reason: string;
  readonly remedy: string;

  constructor(backend: string, reason: string, remedy: string, options?: ErrorOptions) {
    super('backend-unavailable', `The backend "${backend}" cannot run here: ${reason} ${remedy}`, options);
    this.backend = backend;
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** Why one of several backends was not chosen: `remedy` is empty where there is none. */
export interface BackendProblem {
  readonly backend: string;
  readonly reason: string;
  readonly remedy: string;
}

/** None of the backends that were offered can be used here. `problems` has one entry for each, in their order. */
export class NoBackendError extends NaluError {
  readonly problems: readonly BackendProblem[];

  constructor(problems: readonly BackendProblem[]) {
    const lines = problems.map(({ backend, reason, remedy }) => `  ${backend}: ${[reason, remedy].filter(Boolean).join(' ')}`);
    super('no-backend', ['No backend can be used here.', ...lines].join('\n'));
    this.problems = problems;
  }
}

/** A checkpoint that cannot be used: cut short, damaged, of another model or from a newer version. */
export class CheckpointError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('checkpoint', message, options);
  }
}
