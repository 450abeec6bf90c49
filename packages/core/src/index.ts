/** `@nalu/core`: neural arithmetic. Modules, training and formulas over a backend of your choice. */
export type { Backend, BackendInfo, Precision } from './backend/contract.ts';
export {
  ArgumentError,
  BackendUnavailableError,
  BufferError,
  CheckpointError,
  DataError,
  DerivativeError,
  DisposedError,
  ExecutionError,
  GraphError,
  NaluError,
  ShapeError,
} from './errors.ts';
export type { Shape } from './tensor/shape.ts';
export { concat, constant, iota, isTensor, randomUniform, safeWhere, stack, Tensor, type TensorLike } from './tensor/tensor.ts';
export { withScope } from './tensor/provenance.ts';
export { uniform } from './random/uniform.ts';
