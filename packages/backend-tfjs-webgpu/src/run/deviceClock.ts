import { USAGE } from '../device/usage.ts';
import { mapped } from './read.ts';

/** Two timestamps, before a run and behind it: whole nanoseconds in 64 bits each. */
const BYTES = 16;

/** The device's own clock around the runs of an executable, for devices with the feature `timestamp-query`. */
export class DeviceClock {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #gone: Promise<void>;
  #hasRun = false;

  constructor(device: GPUDevice, gone: Promise<void>) {
    this.#device = device;
    this.#gone = gone;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 });
  }

  /** What the first pass of a run is begun with. */
  get atStart(): GPUComputePassDescriptor {
    return { timestampWrites: { querySet: this.#queries, beginningOfPassWriteIndex: 0 } };
  }

  /** Behind the last pass of a run. */
  stop(encoder: GPUCommandEncoder): void {
    encoder.beginComputePass({ timestampWrites: { querySet: this.#queries, endOfPassWriteIndex: 1 } }).end();
    this.#hasRun = true;
  }

  /** Milliseconds between the two timestamps of the last run, once it has ended; undefined before the first. */
  async read(): Promise<number | undefined> {
    if (!this.#hasRun) return undefined;
    const resolved = this.#device.createBuffer({ size: BYTES, usage: USAGE.queryResolve | USAGE.copySource });
    const staging = this.#device.createBuffer({ size: BYTES, usage: USAGE.mapRead | USAGE.copyTarget });
    try {
      const encoder = this.#device.createCommandEncoder();
      encoder.resolveQuerySet(this.#queries, 0, 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, BYTES);
      this.#device.queue.submit([encoder.finish()]);
      await mapped(staging, BYTES, this.#gone);
      const [start, end] = new BigUint64Array(staging.getMappedRange());
      return Number(end! - start!) / 1e6;
    } finally {
      resolved.destroy();
      staging.destroy();
    }
  }

  dispose(): void {
    this.#queries.destroy();
  }
}
