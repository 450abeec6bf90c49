import { scan, type Backend } from '@nalu/core';
import type { DeviceBuffer } from '@nalu/core/backend';
import { createBackend, type Mode } from '@nalu/backend-gpujs';
import { trace, type Graph } from '@nalu/core/graph';

/** Twenty steps that add a row times a factor: the last sums, every second one, and the sum of every second row. */
export const loop: Graph = trace(
  [
    { name: 'start', shape: [2] },
    { name: 'steps', shape: [20, 2] },
    { name: 'factors', shape: [20, 1] },
  ],
  (start, steps, factors) => {
    const { carry, ys } = scan({ length: 20, carry: [start], xs: [steps!, factors!], keepEvery: 2 }, ([sum], [step, factor]) => {
      const next = sum!.add(step!.mul(factor!));
      return { carry: [next], ys: [next, step!.sum()] };
    });
    return [...carry, ...ys];
  },
);

/** The sums begin at 0 and 100; rows are [t, 1], factors 2. */
export const loopInputs = (backend: Backend): readonly DeviceBuffer[] => [
  backend.upload(Float32Array.of(0, 100), [2]),
  backend.upload(
    Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? i / 2 + 1 : 1)),
    [20, 2],
  ),
  backend.upload(new Float32Array(20).fill(2), [20, 1]),
];

/** The sums after t steps. */
export const sumsAfter = (t: number): number[] => [t * (t + 1), 100 + 2 * t];

/** What the loop gives: the last sums, every second one, and the sum of every second row. */
export const loopResults: readonly (readonly number[])[] = [
  sumsAfter(20),
  Array.from({ length: 10 }, (_, i) => sumsAfter(2 * i + 2)).flat(),
  Array.from({ length: 10 }, (_, i) => 2 * i + 3),
];

/** Runs the loop again and again in a mode: the results of every run, and the backend's memory before the first and after the last. */
export const runLoop = async (mode: Mode, runs: number) => {
  const backend = await createBackend({ mode });
  const executable = await backend.compile(loop);
  const uploaded = loopInputs(backend);
  const before = backend.memory();
  const results: number[][][] = [];
  for (let run = 0; run < runs; run++) {
    const outputs = executable.run(uploaded);
    results.push((await backend.read(...outputs)).map((values) => [...values]));
    outputs.forEach((buffer) => backend.free(buffer));
  }
  const after = backend.memory();
  await backend.dispose();
  return { device: backend.info.device, results, before, after };
};
