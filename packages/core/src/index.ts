/** `@nalu/core`: neural arithmetic. Modules, training and formulas over a backend of your choice. */
export type { NestedNumbers, NumericArray, TensorData } from './backend/arrays.ts';
export type { Backend, BackendInfo, Precision } from './backend/contract.ts';
export { evaluate, evaluateIn, type TensorFunction } from './backend/evaluate.ts';
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
export { customVjp, type CustomVjpContext } from './transform/customVjp.ts';
export { gradients } from './transform/grad.ts';
export { scan, type ScanOptions, type ScanResult, type ScanStep } from './transform/scan.ts';
