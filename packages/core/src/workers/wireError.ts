import {
  ArgumentError,
  BackendUnavailableError,
  BufferError,
  DataError,
  DeviceLostError,
  ExecutionError,
  GraphError,
  LimitError,
  ShapeError,
} from '../errors.ts';
import { WorkerDiedError } from './errors.ts';

/** An error as plain data: a structured clone of an error forgets its class. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What it says beside its message: plain data. */
  readonly details: Readonly<Record<string, never>>;
}

const detailNames = new Set(['backend', 'reason', 'remedy', 'worker', 'task', 'deaths']);

export const toWire = (error: unknown): WireError => {
  const { message, stack, ...own } = error instanceof Error ? error : new Error(String(error));
  const { code } = own as { readonly code?: unknown };
  const details = Object.entries(own).filter(([name]) => detailNames.has(name)) as [string, never][];
  return {
    code: error instanceof WorkerDiedError ? 'worker-died' : String(code),
    message,
    stack,
    details: Object.fromEntries(details),
  };
};

const makers: { readonly [code: string]: (wire: WireError) => Error } = {
  argument: ({ message }) => new ArgumentError(message),
  shape: ({ message }) => new ShapeError(message),
  graph: ({ message }) => new GraphError(message),
  data: ({ message }) => new DataError(message),
  buffer: ({ message }) => new BufferError(message),
  limit: ({ message }) => new LimitError(message),
  execution: ({ message }) => new ExecutionError(message),
  'backend-unavailable': ({ details: { backend, reason, remedy } }) => new BackendUnavailableError(backend!, reason!, remedy!),
  'device-lost': ({ details: { backend, reason, remedy } }) => new DeviceLostError(backend!, reason!, remedy!),
  'worker-died': ({ details: { backend, worker, task, deaths, reason } }) =>
    new WorkerDiedError(backend!, worker!, task!, deaths!, reason!),
};

/** The error again, of its class where that is one of core's, with the stack that it has in the worker. */
export const fromWire = (wire: WireError): Error => {
  const error = makers[wire.code]?.(wire) ?? new Error(wire.message);
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
};
