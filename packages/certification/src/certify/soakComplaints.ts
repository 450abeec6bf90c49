import type { Soak } from '../run/soak.ts';
import type { ProcessMemory } from './processMemory.ts';

/** What the processes held after some steps of a soak. */
export interface MemorySample {
  readonly step: number;
  readonly mebibytes: ProcessMemory;
}

/**
 * Mebibytes that a process may hold more at the end than after the first tenth: its allocator's and its garbage collector's
 * doing. A buffer of four kilobytes forgotten in every step would be 35.
 */
const ALLOWED = 24;

const show = ({ buffers, bytes, working }: Soak['before']): string =>
  `${buffers} buffers, ${bytes} bytes, ${working} working bytes`;

/** The processes whose memory tells something: Chromium's for the GPU, where a software adapter keeps everything, and Node. */
const watched = ['gpu-process', 'node'];

/** What a soak left behind that it should not have, in sentences. */
export const complaintsAboutSoak = (
  { steps, before, after, marks }: Soak,
  processes: readonly MemorySample[],
): readonly string[] => {
  const [first, last] = [marks[0], marks.at(-1)];
  const grown = (kind: string): number => (processes.at(-1)?.mebibytes[kind] ?? 0) - (processes[0]?.mebibytes[kind] ?? 0);
  return [
    ...(show(before) === show(after)
      ? []
      : [`After ${steps} steps memory() should be back at ${show(before)}, but is at ${show(after)}.`]),
    ...((last?.gpuObjects ?? 0) > (first?.gpuObjects ?? 0)
      ? [
          `After ${last?.step} steps ${last?.gpuObjects} objects of the GPU are alive; after ${first?.step} it were ${first?.gpuObjects}.`,
        ]
      : []),
    ...watched
      .filter((kind) => grown(kind) > ALLOWED)
      .map((kind) => `The ${kind} grew by ${grown(kind).toFixed(1)} MiB between step ${first?.step} and ${last?.step}.`),
  ];
};
