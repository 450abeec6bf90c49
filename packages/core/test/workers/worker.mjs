/**
 * The script of the workers in these tests: core's reference kernels, with deaths and failures on demand. It imports what is
 * built, as Node does. `counters` is memory shared with the test: [runs so far, buffers after the last run].
 */
import { setTimeout } from 'node:timers/promises';
import { backendFromKernels } from '../../dist/backend.js';
import { BackendUnavailableError } from '../../dist/errors.js';
import { serveBackend } from '../../dist/workers.js';

const KERNELS = {
  /** Ends the worker. */
  sin: () => process.exit(3),
  /** Fails where an operand is 13. */
  cos: (out, [x]) => {
    if (x.includes(13)) throw new Error('13 is not allowed');
    out.set(x);
  },
};

serveBackend(async ({ counters = new Int32Array(2), dieAtRuns = [], refuse = false, dieAtStart = false, slow = 0 } = {}) => {
  if (refuse) throw new BackendUnavailableError('reference', 'it does not want to.', 'Ask again.');
  if (dieAtStart && Atomics.load(counters, 0) > 0) process.exit(4);
  const backend = backendFromKernels({ name: 'reference', device: 'host', runtime: 'node' }, KERNELS);
  return {
    ...backend,
    compile: async (graph, options) => {
      const executable = await backend.compile(graph, options);
      if (slow > 0) await setTimeout(slow);
      return {
        ...executable,
        run: (inputs) => {
          if (dieAtRuns.includes(Atomics.add(counters, 0, 1) + 1)) process.exit(5);
          const outputs = executable.run(inputs);
          Atomics.store(counters, 1, backend.memory().buffers);
          return outputs;
        },
      };
    },
  };
});
