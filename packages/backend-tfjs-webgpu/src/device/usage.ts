/** Flags of the WebGPU specification. Node has no globals `GPUBufferUsage` and `GPUMapMode` unless an application makes them. */
export const USAGE = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;

export const MAP_READ = 0x1;
export const STAGE_COMPUTE = 0x4;
