import type { KernelLimits, KernelPlan, KernelStep, MatmulStep, Origin, ScanStep } from './ir.ts';
import { joined, writesOf, type Part } from './part.ts';

interface DraftValue {
  readonly size: number;
  readonly origin: Origin;
  step: number;
  result: number;
  lastStep: number;
}

/** A plan in the making: its values, and the steps so far. Keeps account of when each value is written and last read. */
export class PlanDraft {
  readonly values: DraftValue[] = [];
  readonly #steps: KernelStep[] = [];
  readonly #limits: KernelLimits;

  constructor(limits: KernelLimits) {
    this.#limits = limits;
  }

  newValue(size: number, origin: Origin): number {
    return this.values.push({ size, origin, step: -1, result: -1, lastStep: -1 }) - 1;
  }

  /** The storages of values; those that no step has written yet are taken to be written by the next one. */
  storagesOf(ids: readonly number[]): ReadonlySet<string> {
    return new Set(
      ids.map((id) => {
        const { size, origin, step, result } = this.values[id]!;
        const isComputed = origin.kind === 'output' || origin.kind === 'temporary';
        return this.#limits.storageOf({ size, origin, step: step < 0 && isComputed ? this.#steps.length : step, result });
      }),
    );
  }

  /** True when one kernel can touch the storages of all these. */
  fits(parts: readonly Part[]): boolean {
    return this.storagesOf(parts.flatMap((part) => [...part.reads, ...writesOf(part)])).size <= this.#limits.storages;
  }

  addKernel(parts: readonly Part[]): void {
    const kernel = joined(parts);
    this.#add({ kind: 'kernel', kernel }, kernel.reads, parts.flatMap(writesOf));
  }

  addMatmul(step: MatmulStep): void {
    this.#add(step, [step.a, step.b], [step.out]);
  }

  addScan(step: ScanStep): void {
    step.results.forEach((id, result) => {
      if (id !== undefined) this.values[id]!.result = result;
    });
    this.#add(
      step,
      [...step.constants, ...step.carries, ...step.stacked],
      step.results.filter((value) => value !== undefined),
    );
  }

  /** The plan. Outputs live to its end. */
  finish(inputs: readonly number[], outputs: readonly number[]): KernelPlan {
    for (const id of outputs) this.values[id]!.lastStep = this.#steps.length;
    return { values: this.values, steps: this.#steps, inputs, outputs };
  }

  #add(step: KernelStep, reads: readonly number[], writes: readonly number[]): void {
    for (const id of reads) this.values[id]!.lastStep = this.#steps.length;
    for (const id of writes) this.values[id]!.step = this.#steps.length;
    this.#steps.push(step);
  }
}
