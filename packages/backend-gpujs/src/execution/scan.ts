import type { Shape } from '@nalu/core';
import { assertTensorFits } from '@nalu/core/backend';
import type { ScanStep } from '@nalu/core/kernels';
import type { Collector, Engine } from '../engines/engine.ts';
import { BACKEND } from '../errors.ts';
import type { Step, Values } from './call.ts';
import type { CompiledPlan, ResidentPlan } from './compiled.ts';
import { drop, EMPTY, share, sliceOf, type Slice } from './storage.ts';

/** Row `step` of a stacked value; nobody's own. */
const rowOf = <H>({ storage, offset, size }: Slice<H>, step: number, length: number): Slice<H> => {
  const row = size / length;
  return { storage, offset: offset + step * row, size: row };
};

/**
 * A loop: the body's plan once for every step. Nothing is read back; carries stay on the device.
 *
 * @throws LimitError when all rows of a result, or carries that lie together, are larger than the device allows.
 */
export const compileScan = <H>(engine: Engine<H>, scan: ScanStep, body: CompiledPlan<H> | ResidentPlan<H>): Step<H> => {
  const { length, keepEvery, results } = scan;
  const carried = scan.carries.length;
  const kept = Math.floor(length / keepEvery);
  const rowSizes = body.outputSizes.slice(carried);
  const assertFits = (shape: Shape): void => assertTensorFits(BACKEND, shape, 4 * engine.maxElements);
  rowSizes.forEach((size, i) => results[carried + i] !== undefined && assertFits([kept, size]));
  if (scan.together) assertFits([body.outputSizes.slice(0, carried).reduce((total, size) => total + size, 0)]);
  const release = (slice: Slice<H>): void => drop(slice, (array) => engine.release(array));

  /** Carries as the body expects them. */
  const firstCarries = (values: Values<H>): readonly Slice<H>[] => {
    const carries = scan.carries.map((id) => share(values[id]!));
    const total = carries.reduce((sum, { size }) => sum + size, 0);
    if (!scan.together || total === 0) return carries;
    const collector = engine.collect(total);
    for (const slice of carries) if (slice.size > 0) collector.add(slice);
    const { storage } = collector.finish();
    let end = 0;
    const gathered = carries.map(({ size }) => (size === 0 ? EMPTY : sliceOf(storage!, (end += size) - size, size)));
    // The collector's own share.
    storage!.users--;
    return gathered;
  };

  const loop = (values: Values<H>, collectors: readonly (Collector<H> | undefined)[]): readonly Slice<H>[] => {
    const constants = scan.constants.map((id) => values[id]!);
    const stacked = scan.stacked.map((id) => values[id]!);
    let carries = firstCarries(values);
    /** The body's inputs; its plan does not keep the list. */
    const inputs: Slice<H>[] = [...constants, ...carries, ...stacked];
    try {
      for (let step = 0; step < length; step++) {
        for (let i = 0; i < carried; i++) inputs[constants.length + i] = carries[i]!;
        for (let i = 0; i < stacked.length; i++) inputs[constants.length + carried + i] = rowOf(stacked[i]!, step, length);
        const outputs = body.run(inputs);
        const isKept = (step + 1) % keepEvery === 0;
        for (const slice of carries) release(slice);
        carries = outputs.slice(0, carried);
        for (let i = carried; i < outputs.length; i++) {
          const collector = isKept ? collectors[i - carried] : undefined;
          if (collector === undefined) release(outputs[i]!);
          else collector.add(outputs[i]!);
        }
      }
      return carries;
    } catch (error) {
      carries.forEach(release);
      throw error;
    }
  };

  /** The loop of a body whose values stay where they are. */
  const residentLoop = (
    resident: ResidentPlan<H>,
    values: Values<H>,
    collectors: readonly (Collector<H> | undefined)[],
  ): readonly Slice<H>[] => {
    const before = scan.constants.length + carried;
    // A value without numbers has no kernel, and may be missing.
    [...scan.constants, ...scan.carries].forEach((id, input) => resident.put(input, values[id] ?? EMPTY));
    for (let step = 0; step < length; step++) {
      if (step > 0) resident.advance();
      for (let i = 0; i < scan.stacked.length; i++) resident.put(before + i, rowOf(values[scan.stacked[i]!]!, step, length));
      resident.step();
      if ((step + 1) % keepEvery === 0) collectors.forEach((collector, i) => collector?.add(resident.output(carried + i)));
    }
    return scan.carries.map((_, i) => resident.output(i));
  };

  return {
    run: (values) => {
      const collectors = rowSizes.map((size, i) =>
        results[carried + i] === undefined || size * kept === 0 ? undefined : engine.collect(kept * size),
      );
      let carries: readonly Slice<H>[];
      try {
        carries =
          scan.together && length > 0 && 'advance' in body ? residentLoop(body, values, collectors) : loop(values, collectors);
      } catch (error) {
        collectors.forEach((collector) => collector?.abandon());
        throw error;
      }
      carries.forEach((slice, i) => {
        const id = results[i];
        if (id === undefined) release(slice);
        else values[id] = slice;
      });
      collectors.forEach((collector, i) => {
        const id = results[carried + i];
        if (id === undefined) return;
        values[id] = collector === undefined ? EMPTY : collector.finish();
      });
    },
    get workingBytes() {
      return body.workingBytes;
    },
    dispose: () => body.dispose(),
  };
};
