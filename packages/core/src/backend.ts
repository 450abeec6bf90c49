/** `@nalu/core/backend`: the contract, for those who write backends. */
export {
  bytesPerNumber,
  CONTRACT_VERSION,
  type Backend,
  type BackendInfo,
  type CompileOptions,
  type DeviceBuffer,
  type Executable,
  type Path,
  type PlanReport,
  type PlanStep,
  type Precision,
} from './backend/contract.ts';
export { checkContract } from './backend/checkContract.ts';
export {
  deviceBackend,
  type DeviceCompileOptions,
  type DeviceMachine,
  type DeviceMemory,
  type DeviceProgram,
  type DeviceStep,
  type ProgramReport,
} from './backend/device.ts';
export { hostBackend, type HostMachine, type HostMemory, type HostProgram } from './backend/host.ts';
export { assertTensorFits } from './backend/limits.ts';
export { newRehearsal } from './backend/rehearsal.ts';
export { checkOptionNames, type OptionNames } from './options.ts';
export { runtimeName } from './backend/runtime.ts';
export { yieldToEventLoop } from './backend/yieldToEventLoop.ts';
export { softwareVulkan, type SoftwareVulkan, type VulkanHost } from './backend/softwareVulkan.ts';
export { threefry2x32 } from './random/threefry.ts';
export { fillUniform, foldKey, seedComponents } from './random/uniform.ts';
export { arrayMemory, backendFromKernels, interpretedProgram, type KernelBackendInfo } from './backend/fromKernels.ts';
export type { KernelTable } from './backend/interpret.ts';
