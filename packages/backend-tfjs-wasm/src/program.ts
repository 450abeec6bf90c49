import type { HostMemory, HostProgram } from '@nalu/core/backend';
import { graphKey, type Graph } from '@nalu/core/graph';
import type { TfjsModule } from './emscripten.ts';
import type { Block } from './heap.ts';
import { generate, type GeneratedProgram } from './loops/program.ts';
import { hasRelaxedSimd } from './simd.ts';
import { xnnpack } from './xnnpack.ts';

/** Runs a program whose table is at this address. */
type Main = (table: number) => void;

interface Compiled {
  readonly program: GeneratedProgram;
  readonly main: Main;
}

/** Remembers what was used last. */
class Recent<V> {
  readonly #values = new Map<string, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!);
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

const KEPT = 64;

const BYTES = 4;

/** Compiles graphs to WebAssembly on the heap of a tfjs module. */
export type Compiler = (graph: Graph) => Promise<HostProgram<Block>>;

export const newCompiler = (module: TfjsModule, memory: HostMemory<Block>): Compiler => {
  const relaxed = hasRelaxedSimd();
  const host = { memory: module.memory, matmul: xnnpack(module) };
  /** By the graphs' structure. */
  const graphs = new Recent<Compiled>(KEPT);
  /** Loops of different lengths share their machine code. The oldest goes first. */
  const mains: { readonly binary: Uint8Array; readonly main: Main }[] = [];

  const compile = async (graph: Graph): Promise<Compiled> => {
    const key = graphKey(graph);
    const known = graphs.get(key);
    if (known !== undefined) return known;
    const program = generate(graph, relaxed);
    const { binary } = program;
    let main = mains.find((each) => sameBytes(each.binary, binary))?.main;
    if (main === undefined) {
      const { instance } = await WebAssembly.instantiate(binary, { host });
      main = instance.exports['main'] as Main;
      mains.push({ binary, main });
      if (mains.length > KEPT) mains.shift();
    }
    const compiled = { program, main };
    graphs.set(key, compiled);
    return compiled;
  };

  return async (graph) => {
    const { program, main } = await compile(graph);
    const { constants, lengths, arena, report } = program;
    const pointers = 2 + graph.inputs.length + graph.outputs.length;
    /** One block: the table, the constants, the arena; each begins at a multiple of 16 bytes. */
    const aligned = (elements: number): number => Math.ceil(elements / 4) * 4;
    const constantsAt = aligned(pointers + lengths.length);
    const arenaAt = constantsAt + aligned(constants.length);
    const block = memory.allocate(arenaAt + arena, 'f32');
    memory.view(block).set(constants, constantsAt);
    let table = new Uint32Array(0);
    const takeTable = (): void => {
      table = new Uint32Array(module.memory.buffer, block.pointer, constantsAt);
      table[0] = block.pointer + BYTES * arenaAt;
      table[1] = block.pointer + BYTES * constantsAt;
      table.set(lengths, pointers);
    };
    return {
      run: (inputs, outputs) => {
        if (table.buffer !== module.memory.buffer) takeTable();
        let at = 2;
        for (const { pointer } of inputs) table[at++] = pointer;
        for (const { pointer } of outputs) table[at++] = pointer;
        main(block.pointer);
      },
      report,
      workingBytes: BYTES * (arenaAt + arena),
      dispose: () => memory.release(block),
    };
  };
};
