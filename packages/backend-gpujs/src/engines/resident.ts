import { ExecutionError } from '@nalu/core';
import type { Kernel, KernelPlan } from '@nalu/core/kernels';
import type { ResidentPlan } from '../execution/compiled.ts';
import { EMPTY, sliceOf, type Slice } from '../execution/storage.ts';

/** Every segment as a kernel of its own: its output may then lie anywhere. */
export const segmentsOf = (plan: KernelPlan): readonly Kernel[] =>
  plan.steps.flatMap((step) => {
    if (step.kind !== 'kernel') throw new ExecutionError('Only plans of kernels have places for all their values.');
    return step.kernel.segments.filter(({ size }) => size > 0).map((segment) => ({ ...step.kernel, segments: [segment] }));
  });

/** Copies numbers; for few of them a loop is faster than `set`. */
const copy = (from: Float32Array, start: number, size: number, to: Float32Array): void => {
  if (size > 16) to.set(start === 0 && size === from.length ? from : from.subarray(start, start + size));
  else for (let i = 0; i < size; i++) to[i] = from[start + i]!;
};

/** A plan that runs as these functions, one after the other, on arrays that stay the same: one for each of its values. */
export const residentPlan = (
  plan: KernelPlan,
  arrays: readonly Float32Array[],
  kernels: readonly (() => void)[],
): ResidentPlan<Float32Array> => {
  const sizes = plan.outputs.map((id) => plan.values[id]!.size);
  const outputs = plan.outputs.map((id) => arrays[id]!);
  const inputs = plan.inputs.map((id) => arrays[id]!);
  const carried = plan.inputs.flatMap((id, i) => {
    const { origin } = plan.values[id]!;
    return origin.kind === 'input' && origin.carried ? [i] : [];
  });
  plan.values.forEach(({ origin }, id) => {
    if (origin.kind === 'constant') arrays[id]!.set(origin.data);
  });
  /** What lies at the inputs' places. The arrays of slices never change, so the same one is not copied again. */
  const present: (Slice<Float32Array> | undefined)[] = [];
  const put = (input: number, slice: Slice<Float32Array>): void => {
    const known = present[input];
    if (slice.storage === undefined || (known?.storage === slice.storage && known.offset === slice.offset)) return;
    copy(slice.storage.array, slice.offset, slice.size, inputs[input]!);
    present[input] = slice;
  };
  const step = (): void => {
    for (let i = 0; i < kernels.length; i++) kernels[i]!();
  };
  const output = (index: number): Slice<Float32Array> =>
    sizes[index] === 0 ? EMPTY : { storage: { array: outputs[index]!.slice(), users: 1 }, offset: 0, size: sizes[index]! };
  return {
    outputSizes: sizes,
    put,
    step,
    advance: () => {
      for (let i = 0; i < carried.length; i++) {
        const input = carried[i]!;
        copy(outputs[i]!, 0, sizes[i]!, inputs[input]!);
        present[input] = undefined;
      }
    },
    output,
    run: (given) => {
      given.forEach((slice, i) => put(i, slice));
      step();
      const storage = { array: new Float32Array(sizes.reduce((total, size) => total + size, 0)), users: 0 };
      let end = 0;
      return sizes.map((size, i) => {
        if (size === 0) return EMPTY;
        storage.array.set(outputs[i]!, end);
        end += size;
        return sliceOf(storage, end - size, size);
      });
    },
    workingBytes: arrays.reduce((total, array) => total + array.byteLength, 0),
    dispose: () => {
      present.length = 0;
    },
  };
};
