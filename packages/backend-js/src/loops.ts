/** `@nalu/backend-js/loops`: the loop generator, for backends whose memory JavaScript can address. */
export { canGenerateCode, generate, loopProgram, type LoopOptions } from './loops/program.ts';
export type { Library, MatmulCall } from './loops/library.ts';
