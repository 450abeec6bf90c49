/** `@nalu/core`: neural arithmetic. Modules, training and formulas over a backend of your choice. */
export type { NestedNumbers, NumericArray, TensorData } from './backend/arrays.ts';
export type { Backend, BackendInfo, Precision } from './backend/contract.ts';
export type { BackendCandidate, BackendModule, BackendSource } from './choosing/candidates.ts';
export { fastestBackend, type CandidateResult, type FastestBackend, type FastestOptions } from './choosing/fastestBackend.ts';
export type { Timing } from './choosing/measure.ts';
export { selectBackend, type SelectedBackend, type SelectOptions } from './choosing/selectBackend.ts';
export type { WorkloadOptions } from './choosing/workload.ts';
export { evaluate, evaluateIn, type TensorFunction } from './backend/evaluate.ts';
export {
  ArgumentError,
  BackendUnavailableError,
  BufferError,
  CheckpointError,
  DataError,
  DerivativeError,
  DeviceLostError,
  DisposedError,
  ExecutionError,
  GraphError,
  LimitError,
  NaluError,
  NoBackendError,
  ShapeError,
  type BackendProblem,
} from './errors.ts';
export type { Shape } from './tensor/shape.ts';
export { concat, constant, iota, isTensor, randomUniform, safeWhere, stack, Tensor, type TensorLike } from './tensor/tensor.ts';
export { withScope } from './tensor/provenance.ts';
export { uniform } from './random/uniform.ts';
export { customVjp, type CustomVjpContext } from './transform/customVjp.ts';
export { gradients } from './transform/grad.ts';
export { scan, type ScanOptions, type ScanResult, type ScanStep } from './transform/scan.ts';
export { activationNames, activations, type Activation, type ActivationName } from './modules/activations.ts';
export { applyModule } from './modules/apply.ts';
export { convolution, maxPool, type ConvolutionOptions, type ImageSize, type MaxPoolOptions } from './modules/convolution.ts';
export { arithmeticCell, type Carry, type Cell, type CellStep } from './modules/cell.ts';
export {
  defineModule,
  type AnyValues,
  type ApplyContext,
  type LayerForm,
  type Module,
  type ParamSpec,
  type ParamTree,
  type Values,
} from './modules/contract.ts';
export { dense, type DenseOptions } from './modules/dense.ts';
export { freeze } from './modules/freeze.ts';
export { gatedNauNmu, type GatedNauNmuOptions } from './modules/gatedNauNmu.ts';
export { gnalu, type GnaluOptions } from './modules/gnalu.ts';
export { inalu, type InaluOptions } from './modules/inalu.ts';
export { lstmCell, type LstmOptions } from './modules/lstm.ts';
export { mcfc, mulMcfc, type McfcOptions, type MulMcfcOptions } from './modules/mcfc.ts';
export { nac, nacInit, type NacOptions } from './modules/nac.ts';
export { nacMul, type NacMulOptions } from './modules/nacMul.ts';
export { nacMulNmu, type NacMulNmuOptions } from './modules/nacMulNmu.ts';
export { nacMulSigmoid, type NacMulSigmoidOptions } from './modules/nacMulSigmoid.ts';
export { nalu, type NaluOptions } from './modules/nalu.ts';
export { nau, nauInit, type NauOptions } from './modules/nau.ts';
export { nmru, type NmruOptions } from './modules/nmru.ts';
export { nmu, nmuInit, type NmuOptions } from './modules/nmu.ts';
export { npu, realNpu, type GateGradient, type NpuOptions, type RealNpuOptions } from './modules/npu.ts';
export { nru, type NruOptions } from './modules/nru.ts';
export { perStep, recurrent, type RecurrentOptions } from './modules/recurrent.ts';
export { rnnCell, type RnnOptions } from './modules/rnn.ts';
export { sequential } from './modules/sequential.ts';
export { snapParameters, type SnapTo } from './modules/snap.ts';
export { snmu, type NoiseRange, type SnmuOptions } from './modules/snmu.ts';
export { listParams, unflatten, type NamedParam } from './modules/tree.ts';
export { constrainedWeights, type ConstrainedWeights } from './modules/weights.ts';
export {
  constantInit,
  fanInUniform,
  glorotNormal,
  glorotUniform,
  identityInit,
  kaimingUniform,
  normalInit,
  orthogonalInit,
  uniformInit,
  type InitKey,
  type Initialiser,
} from './random/initialisers.ts';
export { normal } from './random/normal.ts';
export { streamOf } from './random/stream.ts';
export {
  drawnRows,
  drawnTask,
  fullBatch,
  type Batch,
  type BatchSource,
  type DrawContext,
  type Rows,
} from './training/batches.ts';
export { clipByGlobalNorm, clipByValue, type Clipping } from './training/clipping.ts';
export { fit, type FitOptions, type FittedModel, type Member } from './training/fit.ts';
export { crossEntropy, huber, lossValue, mae, mse, type Loss } from './training/losses.ts';
export { createModel, loadModel, type LoadOptions, type Model, type ModelOptions, type Parameters } from './training/model.ts';
export type { NonFinite } from './training/nonFinite.ts';
export {
  adam,
  rmsProp,
  sgd,
  type AdamOptions,
  type Hyper,
  type Optimiser,
  type RmsPropOptions,
  type SgdOptions,
} from './training/optimisers.ts';
export type { HistoryEntry, Progress, Stopped } from './training/progress.ts';
export {
  growth,
  inaluSparsity,
  l1,
  l2,
  linearRamp,
  mcfcSaturation,
  realNpuSparsity,
  sparsity,
  type InaluSparsityOptions,
  type Regulariser,
} from './training/regularisers.ts';
export { stagnation, type MemberHistory, type RestartRule, type StagnationOptions } from './training/restarts.ts';
export { constantSchedule, cosine, exponential, linearWarmUp, productOf, stepwise, type Schedule } from './training/schedules.ts';
export type { Json, NamedTensor, Snapshot } from './training/snapshot.ts';
export type { Selection, Trainer, TrainerOptions, TrainOptions } from './training/job.ts';
export { createTrainer } from './training/trainer.ts';
export type { Turns } from './training/turns.ts';
export {
  CHECKPOINT_VERSION,
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
  type CheckpointKind,
} from './checkpoint/checkpoint.ts';
export { checkSameModule, describeModule, type ModuleDescription, type ParamDescription } from './checkpoint/description.ts';
export { createAlgebra, simplifyExpr, type Algebra } from './formula/algebra.ts';
export type { FormulaErrors } from './formula/errors.ts';
export { toFunction } from './formula/evaluate.ts';
export type { Expr, FunctionName } from './formula/expression.ts';
export type { GateReading } from './formula/gates.ts';
export { toLatex } from './formula/latex.ts';
export {
  readFormula,
  type Formula,
  type FormulaOptions,
  type FormulaReading,
  type RoundedReading,
  type TrainedModule,
} from './formula/readFormula.ts';
export type { RoundingMethod } from './formula/rounding.ts';
export { toText } from './formula/text.ts';
export type { WeightReading } from './formula/weights.ts';
