import { setImmediate } from 'node:timers/promises';
import { DeviceLostError } from '@nalu/core';
import {
  assertTensorFits,
  CONTRACT_VERSION,
  deviceBackend,
  interpretedProgram,
  type Backend,
  type DeviceMachine,
  type DeviceStep,
} from '@nalu/core/backend';
import { inputShape, outputShape, sizeOf, type FloatArray, type Graph } from '@nalu/core/graph';

/** Bytes that one tensor may have. */
const LARGEST = 2 ** 24;

/**
 * A device in miniature: an array per slot, and a queue that works later, one job after the other. Outputs are written into
 * the slots of donated inputs where they fit.
 */
export class QueueDevice {
  readonly slots = new Map<number, FloatArray>();
  failure: Error | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #nextSlot = 0;
  #failNext = false;

  /** Behind everything enqueued before. A lost device does nothing more. */
  enqueue<T>(job: () => T): Promise<T> {
    const done = this.#queue.then(async () => {
      await setImmediate();
      if (this.failure !== undefined) throw this.failure;
      return job();
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async drained(): Promise<void> {
    await this.#queue;
  }

  /** The device goes when the queue gets there. */
  loseLater(): void {
    void this.enqueue(() => {
      this.failure = new DeviceLostError('queue', 'the cable was pulled.');
      this.slots.clear();
    });
  }

  failNextStep(): void {
    this.#failNext = true;
  }

  newSlot(): number {
    return this.#nextSlot++;
  }

  valuesOf(slot: number): FloatArray {
    const values = this.slots.get(slot);
    if (values === undefined) throw new Error(`slot ${slot} is empty`);
    return values;
  }

  write(slot: number, values: FloatArray): void {
    this.slots.set(slot, values);
  }

  run(compute: (inputs: readonly FloatArray[]) => readonly FloatArray[], from: readonly number[], to: readonly number[]) {
    const fails = this.#failNext;
    this.#failNext = false;
    return this.enqueue(() => {
      if (fails) throw new Error('a bit flipped');
      compute(from.map((slot) => this.valuesOf(slot))).forEach((values, i) => this.write(to[i]!, values));
    });
  }
}

/** Slots for the outputs: those of donated inputs of the same size, and new ones. */
const slotsFor = (device: QueueDevice, graph: Graph, inputs: readonly number[], donate: readonly number[]): readonly number[] => {
  const left = [...donate];
  return graph.outputs.map((_, i) => {
    const size = sizeOf(outputShape(graph, i));
    const fitting = left.findIndex((input) => sizeOf(inputShape(graph, input)) === size);
    return fitting < 0 ? device.newSlot() : inputs[left.splice(fitting, 1)[0]!]!;
  });
};

const machineOf = (device: QueueDevice): DeviceMachine<number> => ({
  info: {
    name: 'queue',
    contract: CONTRACT_VERSION,
    device: 'a queue of jobs',
    runtime: 'test',
    versions: {},
    precisions: ['f32', 'f64'],
    simd: false,
    threads: 1,
    softwareAdapter: false,
    scan: 'host',
    random: 'host',
    paths: ['reference'],
  },
  memory: {
    upload: (data, shape) => {
      assertTensorFits('queue', shape, LARGEST);
      const [slot, copy] = [device.newSlot(), data.slice()];
      void device.enqueue(() => device.write(slot, copy)).catch(() => {});
      return slot;
    },
    release: (slot) => void device.enqueue(() => device.slots.delete(slot)).catch(() => {}),
    read: (slots) => device.enqueue(() => slots.map((slot) => device.valuesOf(slot).slice())),
  },
  compile: async (graph, { precision, donate }) => {
    const { run, report } = interpretedProgram(graph, precision);
    const outputs = graph.outputs.map((_, i) => outputShape(graph, i));
    const Numbers = precision === 'f64' ? Float64Array : Float32Array;
    const compute = (inputs: readonly FloatArray[]): readonly FloatArray[] => {
      const results = outputs.map((shape) => new Numbers(sizeOf(shape)));
      run(inputs, results);
      return results;
    };
    return {
      run: (inputs): DeviceStep<number> => {
        outputs.forEach((shape) => assertTensorFits('queue', shape, LARGEST));
        const slots = slotsFor(device, graph, inputs, donate);
        const failure = device.run(compute, inputs, slots).then(
          () => undefined,
          (error: Error) => error,
        );
        return { outputs: slots, failure };
      },
      report,
      workingBytes: 0,
      dispose: () => {},
    };
  },
  sync: () => device.drained(),
  failure: () => device.failure,
  dispose: () => device.drained(),
});

const devices = new WeakMap<Backend, QueueDevice>();

export const queueBackend = (): Backend => {
  const device = new QueueDevice();
  const backend = deviceBackend(machineOf(device));
  devices.set(backend, device);
  return backend;
};

export const deviceOf = (backend: Backend): QueueDevice => devices.get(backend)!;
