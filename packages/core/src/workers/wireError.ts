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

/** An error as plain data: a structured clone of an error forgets its class. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What errors about backends say beside their message. */
  readonly backend: string;
  readonly reason: string;
  readonly remedy: string;
}

export const toWire = (error: unknown): WireError => {
  const { message, stack, ...rest } = error instanceof Error ? error : new Error(String(error));
  const { code = '', backend = '', reason = '', remedy = '' } = rest as Partial<WireError>;
  return { code, message, stack, backend, reason, remedy };
};

const makers: { readonly [code: string]: (wire: WireError) => Error } = {
  argument: ({ message }) => new ArgumentError(message),
  shape: ({ message }) => new ShapeError(message),
  graph: ({ message }) => new GraphError(message),
  data: ({ message }) => new DataError(message),
  buffer: ({ message }) => new BufferError(message),
  limit: ({ message }) => new LimitError(message),
  execution: ({ message }) => new ExecutionError(message),
  'backend-unavailable': ({ backend, reason, remedy }) => new BackendUnavailableError(backend, reason, remedy),
  'device-lost': ({ backend, reason, remedy }) => new DeviceLostError(backend, reason, remedy),
};

/** The error again, of its class where that is one of core's, with the stack that it has in the worker. */
export const fromWire = (wire: WireError): Error => {
  const error = makers[wire.code]?.(wire) ?? new Error(wire.message);
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
};
