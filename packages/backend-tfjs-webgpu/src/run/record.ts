import { LOOP_TABLE } from '../wgsl/shader.ts';
import type { Block } from './buffers.ts';
import type { DeviceClock } from './deviceClock.ts';
import { COUNTER_STRIDE, type SharedObjects } from './shared.ts';
import type { Action, Dispatch } from './prepare.ts';

/** Dispatches of one submission: few enough that no driver takes it for a program that hangs. */
const PER_SUBMIT = 4096;

/** A copy of numbers between buffers. */
export interface Copy {
  readonly from: Block;
  readonly fromOffset: number;
  readonly to: Block;
  readonly toOffset: number;
  readonly elements: number;
}

/** Records commands in program order and submits them. */
export class Recording {
  readonly #shared: SharedObjects;
  /** The executable's storages in this run. */
  readonly #blocks: readonly Block[];
  readonly #clock: DeviceClock | undefined;
  readonly #steps: number[] = [];
  #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | undefined;
  #dispatches = 0;
  #isTimed = false;
  /** The loop group that is set: how many loops, and for which steps. */
  #boundLoops = 0;
  #isStale = true;

  constructor(shared: SharedObjects, blocks: readonly Block[], clock: DeviceClock | undefined) {
    this.#shared = shared;
    this.#blocks = blocks;
    this.#clock = clock;
    this.#encoder = shared.device.createCommandEncoder();
  }

  copy({ from, fromOffset, to, toOffset, elements }: Copy): void {
    if (elements === 0) return;
    this.#endPass();
    this.#encoder.copyBufferToBuffer(from.memory.buffer, 4 * fromOffset, to.memory.buffer, 4 * toOffset, 4 * elements);
  }

  run(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind === 'dispatch') this.#dispatch(action);
      else {
        const depth = this.#steps.length;
        for (let step = 0; step < action.length; step++) {
          this.#steps[depth] = step;
          this.#isStale = true;
          this.run(action.body);
        }
        this.#steps.length = depth;
        this.#isStale = true;
      }
    }
  }

  /** Ends the recording. */
  finish(): void {
    this.#endPass();
    if (this.#isTimed) this.#clock!.stop(this.#encoder);
    this.#submit();
  }

  #submit(): void {
    this.#endPass();
    this.#shared.device.queue.submit([this.#encoder.finish()]);
  }

  #dispatch({ pipeline, bindings, workgroups: [x, y, z], loops }: Dispatch): void {
    const pass = this.#openPass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings.group(this.#blocks));
    if (loops > 0 && (this.#isStale || this.#boundLoops !== loops)) {
      pass.setBindGroup(1, this.#shared.loopGroup(loops), this.#offsets());
      this.#boundLoops = loops;
      this.#isStale = false;
    }
    pass.dispatchWorkgroups(x, y, z);
    this.#dispatches++;
  }

  #offsets(): number[] {
    return this.#steps.flatMap((step) => [COUNTER_STRIDE * (step % LOOP_TABLE), COUNTER_STRIDE * Math.floor(step / LOOP_TABLE)]);
  }

  #openPass(): GPUComputePassEncoder {
    if (this.#dispatches >= PER_SUBMIT) {
      this.#submit();
      this.#encoder = this.#shared.device.createCommandEncoder();
      this.#dispatches = 0;
    }
    if (this.#pass === undefined) {
      this.#pass = this.#encoder.beginComputePass(this.#isTimed ? undefined : this.#clock?.atStart);
      this.#isTimed = this.#clock !== undefined;
      this.#isStale = true;
    }
    return this.#pass;
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }
}
