/** `@nalu/experiments/benchmark/workers`: what a population keeps of its speed when it is shared out among threads. For Node. */
export { measureWorkers, type WorkersOptions } from './benchmark/workers/measureWorkers.ts';
