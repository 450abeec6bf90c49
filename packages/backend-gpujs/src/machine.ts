import type { Backend } from '@nalu/core';
import { assertTensorFits, CONTRACT_VERSION, deviceBackend, runtimeName, type DeviceMachine } from '@nalu/core/backend';
import { sizeOf } from '@nalu/core/graph';
import type { Engine } from './engines/engine.ts';
import { BACKEND } from './errors.ts';
import { compileProgram } from './execution/program.ts';
import { drop, EMPTY, sliceOf, type Slice } from './execution/storage.ts';

const machineOf = <H>(engine: Engine<H>): DeviceMachine<Slice<H>> => ({
  info: {
    name: BACKEND,
    contract: CONTRACT_VERSION,
    ...engine.info,
    runtime: runtimeName(),
    versions: { 'gpu.js': '2.24.1' },
    precisions: ['f32'],
    scan: 'host',
    random: 'native',
    paths: ['fused'],
  },
  memory: {
    upload: (data, shape) => {
      assertTensorFits(BACKEND, shape, 4 * engine.maxElements);
      if (sizeOf(shape) === 0) return EMPTY;
      return sliceOf({ array: engine.upload(data as Float32Array), users: 0 }, 0, data.length);
    },
    release: (slice) => drop(slice, (array) => engine.release(array)),
    read: (slices) =>
      Promise.all(
        slices.map(({ storage, offset, size }) =>
          storage === undefined ? new Float32Array(0) : engine.read(storage.array, offset, size),
        ),
      ),
  },
  compile: (graph) => compileProgram(engine, graph),
  sync: () => engine.sync(),
  failure: () => engine.failure(),
  dispose: () => engine.dispose(),
});

/** A backend that computes in one mode of gpu.js. */
export const backendOf = <H>(engine: Engine<H>): Backend => deviceBackend(machineOf(engine));
