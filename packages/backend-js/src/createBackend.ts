import { ArgumentError, BackendUnavailableError, type Backend } from '@nalu/core';
import {
  arrayMemory,
  checkOptionNames,
  CONTRACT_VERSION,
  hostBackend,
  interpretedProgram,
  newRehearsal,
  runtimeName,
  type HostMachine,
} from '@nalu/core/backend';
import type { FloatArray } from '@nalu/core/graph';
import { canGenerateCode, generate, loopProgram } from './loops/program.ts';

export interface JsBackendOptions {
  /**
   * `fused`: generated loops. `interpreter`: core's reference kernels, node by node. `auto` (default): generated loops where
   * the security policy allows generated code, the interpreter elsewhere; each compiled graph's report says which.
   */
  readonly mode?: 'auto' | 'fused' | 'interpreter';
}

const MODES = ['auto', 'fused', 'interpreter'];

const FORBIDDEN = 'the security policy here forbids generated code (new Function)';

const rehearse = newRehearsal((graph) => generate(graph, 'f32'));

const machineOf = (fused: boolean, reason: string): HostMachine<FloatArray> => ({
  info: {
    name: 'js',
    contract: CONTRACT_VERSION,
    device: fused ? 'CPU (generated JavaScript)' : 'CPU (interpreter)',
    runtime: runtimeName(),
    versions: {},
    precisions: ['f32', 'f64'],
    simd: false,
    threads: 1,
    softwareAdapter: false,
    scan: fused ? 'native' : 'host',
    random: fused ? 'native' : 'host',
    paths: [fused ? 'fused' : 'reference'],
  },
  memory: arrayMemory,
  compile: async (graph, precision) =>
    fused ? loopProgram(graph, precision, arrayMemory) : interpretedProgram(graph, precision, {}, reason),
  dispose: () => {},
});

/**
 * A backend of plain JavaScript: f32 and f64, one thread, nothing to install. Its generated loops and its interpreter give
 * the same results bit for bit, except that the loops compute exponentials in f32 another way: one in some ten million is
 * rounded to its neighbour.
 *
 * @throws BackendUnavailableError when `mode` is `fused` and generated code is forbidden.
 */
export const createBackend = async (options: JsBackendOptions = {}): Promise<Backend> => {
  const { mode = 'auto' } = checkOptionNames('createBackend of js', options, { mode: true });
  if (!MODES.includes(mode))
    throw new ArgumentError(`mode must be ${MODES.map((each) => `"${each}"`).join(', ')}, but it is "${mode}".`);
  if (mode === 'interpreter') return hostBackend(machineOf(false, 'the interpreter was asked for'));
  const allowed = canGenerateCode();
  if (!allowed && mode === 'fused') {
    throw new BackendUnavailableError(
      'js',
      `${FORBIDDEN}.`,
      "Use mode: 'auto' or 'interpreter', or allow 'unsafe-eval' in the page's Content-Security-Policy.",
    );
  }
  if (allowed) rehearse();
  return hostBackend(machineOf(allowed, FORBIDDEN));
};
