import { DeviceLostError, ExecutionError } from '@nalu/core';
import type { Dialect } from '../dialects/dialect.ts';
import { BACKEND } from '../errors.ts';
import { drop, type Slice } from '../execution/storage.ts';
import type { Gpu, KernelFunction, WebGlKernel, WebGlTexture } from '../gpujs.ts';
import type { PrintedKernel } from '../printing/kernel.ts';
import { DISPATCH, IMITATED_DISPATCH } from './dispatch.ts';
import type { Collector, Engine, Launch, Parameter } from './engine.ts';
import { checkMode, helperSettings } from './kernelSettings.ts';

/** What tells the two versions of WebGL apart. */
export interface WebGlMode {
  readonly mode: 'webgl2' | 'webgl';
  readonly dialect: Dialect;
}

/** Tells gpu.js to attach the kernel's texture to its framebuffer. */
const SWITCHED = '_textureSwitched';

type Gl = WebGL2RenderingContext;

/** Numbers of a pixel of a texture: WebGL 2 has textures of one, WebGL reads and renders to textures of four only. */
const CHANNELS = { webgl2: 1, webgl: 4 } as const;
/** Bytes of free textures that wait for their next use. */
const POOL_BYTES = 64 * 2 ** 20;
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** Textures by size. They are made here, and gpu.js's kernels render to them: nothing is allocated while a loop runs. */
class Textures {
  readonly #template: WebGlTexture;
  readonly #gl: Gl;
  readonly #channels: number;
  readonly #free = new Map<string, WebGlTexture[]>();
  #bytes = 0;

  constructor(template: WebGlTexture, gl: Gl, channels: number) {
    this.#template = template;
    this.#gl = gl;
    this.#channels = channels;
  }

  #bytesOf([width, height]: Int32Array): number {
    return 4 * this.#channels * width! * height!;
  }

  /** A texture with these numbers, or any. gpu.js's texture objects are made from a template. */
  make(size: Int32Array, elements: number, data: Float32Array | null): WebGlTexture {
    const gl = this.#gl;
    const texture = gl.createTexture()!;
    gl.activeTexture(gl.TEXTURE15);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    const { internalFormat, textureFormat, constructor } = this.#template;
    gl.texImage2D(gl.TEXTURE_2D, 0, internalFormat, size[0]!, size[1]!, 0, textureFormat, gl.FLOAT, data);
    return new constructor({ ...this.#template, texture, size, dimensions: [elements, 1, 1], output: [elements] });
  }

  take(size: Int32Array, elements: number): WebGlTexture {
    const texture = this.#free.get(size.join('x'))?.pop();
    if (texture === undefined) return this.make(size, elements, null);
    this.#bytes -= this.#bytesOf(size);
    texture.dimensions = [elements, 1, 1];
    return texture;
  }

  give(texture: WebGlTexture): void {
    if (this.#bytes > POOL_BYTES) {
      this.#gl.deleteTexture(texture.texture);
      return;
    }
    const key = texture.size.join('x');
    const same = this.#free.get(key) ?? [];
    this.#free.set(key, same);
    same.push(texture);
    this.#bytes += this.#bytesOf(texture.size);
  }
}

/** Width and height of a texture of so many numbers. */
const sizeFor = (elements: number): Int32Array => {
  const width = Math.ceil(Math.sqrt(elements));
  return Int32Array.of(width, Math.ceil(elements / width));
};

/** The source of a kernel that puts rows one after the other. */
const joinSource = (sizes: readonly number[]): PrintedKernel => {
  let start = 0;
  const branches = sizes.map((size, i) => {
    const branch = `${i === sizes.length - 1 ? '' : `if (this.thread.x < ${start + size}) `}{ return a${i}[o${i} + this.thread.x - ${start}]; }`;
    start += size;
    return branch;
  });
  const parameters = [...sizes.map((_, i) => `a${i}`), ...sizes.map((_, i) => `o${i}`)];
  return { source: `function (${parameters.join(', ')}) {\n${branches.join('\nelse ')}\n}`, helpers: [], size: start };
};

/**
 * Modes `webgl2` and `webgl`. gpu.js translates kernels to GLSL, builds and runs them; their arguments and results are
 * textures of single-precision numbers.
 */
export const webGlEngine = (gpu: Gpu, { mode, dialect }: WebGlMode): Engine<WebGlTexture> => {
  const settings = {
    pipeline: true,
    immutable: false,
    precision: 'single',
    tactic: 'precision',
    dynamicArguments: true,
  } as const;
  const channels = CHANNELS[mode];
  let disposed = false;
  let lost: Error | undefined;

  const probe = gpu.createKernel('function () { return 0; }', { ...settings, output: [1], argumentTypes: {} });
  const template = probe() as WebGlTexture;
  checkMode(probe, gpu);
  const { context: gl, buffer: vertices } = probe.kernel as WebGlKernel;
  const textures = new Textures(template, gl, channels);
  const blank = textures.make(sizeFor(1), 1, null);
  const framebuffer = gl.createFramebuffer();
  const units = gl.getParameter(gl.MAX_TEXTURE_IMAGE_UNITS) as number;
  const renderer = gl.getExtension('WEBGL_debug_renderer_info');
  const device = String(gl.getParameter(renderer === null ? gl.RENDERER : renderer.UNMASKED_RENDERER_WEBGL));

  const softwareAdapter = SOFTWARE.test(device);

  const loss = (): Error => new DeviceLostError(BACKEND, 'the browser took the WebGL context away (webglcontextlost).');
  gl.canvas.addEventListener('webglcontextlost', () => {
    if (!disposed) lost = loss();
  });
  const failure = (): Error | undefined => (lost ??= !disposed && gl.isContextLost() ? loss() : undefined);
  /** Until other tasks had their turn, browsers keep quiet about a lost context: nothing compiles, and zeros are read. */
  const failureSoon = async (): Promise<Error | undefined> => {
    for (let tries = 0; tries < 10 && failure() === undefined; tries++) await new Promise((done) => setTimeout(done, 10));
    return failure();
  };

  /** The kernel renders to this texture from now on. */
  const target = (kernel: WebGlKernel, texture: WebGlTexture): void => {
    kernel.texture = texture;
    kernel[SWITCHED] = true;
  };

  const build = (printed: PrintedKernel, parameters: readonly Parameter[]): KernelFunction => {
    const kernel = gpu.createKernel(printed.source, {
      ...settings,
      output: [printed.size],
      argumentTypes: Object.fromEntries(
        parameters.map(({ name, kind }) => [name, kind === 'array' ? 'ArrayTexture(1)' : 'Float']),
      ),
      ...helperSettings(printed),
    });
    // All kernels draw the same rectangle. With a buffer for each, the last one built would serve all, until it is destroyed.
    (kernel.kernel as WebGlKernel).buffer = vertices;
    const first = kernel(...parameters.map(({ kind }) => (kind === 'array' ? blank : 0))) as WebGlTexture;
    checkMode(kernel, gpu);
    first.delete();
    return kernel;
  };

  const launchOf = (kernel: KernelFunction, size: number): Launch<WebGlTexture> => {
    const running = kernel.kernel as WebGlKernel;
    return {
      run: (args) => {
        target(running, textures.take(running.texSize, size));
        const result = kernel(...args) as WebGlTexture;
        if (kernel.kernel !== running) throw new ExecutionError('gpu.js replaced a kernel while it ran.');
        return result;
      },
      workingBytes: 0,
      dispose: () => {
        // What it shares with others stays.
        running.texture = null;
        running.buffer = null;
        running.textureCache.length = 0;
        kernel.destroy();
      },
    };
  };

  const joins = new Map<string, Launch<WebGlTexture>>();
  const join = (rows: readonly Slice<WebGlTexture>[]): Slice<WebGlTexture> => {
    const sizes = rows.map(({ size }) => size);
    const key = sizes.join();
    let launch = joins.get(key);
    if (launch === undefined) {
      const printed = joinSource(sizes);
      const arrays = sizes.map((size, i): Parameter => ({ name: `a${i}`, kind: 'array', size }));
      const offsets = sizes.map((_, i): Parameter => ({ name: `o${i}`, kind: 'integer', size: 1 }));
      launch = launchOf(build(printed, [...arrays, ...offsets]), printed.size);
      joins.set(key, launch);
    }
    const array = launch.run([...rows.map(({ storage }) => storage!.array), ...rows.map(({ offset }) => offset)]);
    rows.forEach((row) => drop(row, (each) => textures.give(each)));
    return { storage: { array, users: 1 }, offset: 0, size: sizes.reduce((total, size) => total + size, 0) };
  };

  /** Rows are joined as they come, those of one level with one another, so that each is copied a few times only. */
  const collect = (): Collector<WebGlTexture> => {
    const levels: Slice<WebGlTexture>[][] = [];
    const put = (row: Slice<WebGlTexture>, level: number): void => {
      const rows = (levels[level] ??= []);
      rows.push(row);
      if (rows.length === units - 1) put(join(rows.splice(0)), level + 1);
    };
    return {
      add: (row) => put(row, 0),
      finish: () => {
        // The oldest rows are on the highest level.
        let rows = levels.reverse().flat();
        while (rows.length > 1 || rows[0]!.offset > 0) rows = [join(rows.slice(0, units - 1)), ...rows.slice(units - 1)];
        return rows[0]!;
      },
      abandon: () => levels.flat().forEach((row) => drop(row, (array) => textures.give(array))),
    };
  };

  return {
    info: {
      device: `${device}${softwareAdapter ? ', in software' : ''} (gpu.js, ${mode})`,
      softwareAdapter,
      simd: false,
      threads: 1,
    },
    dialect,
    storages: units,
    dispatch: softwareAdapter ? IMITATED_DISPATCH : DISPATCH,
    maxElements: Math.min(2 ** 24, (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number) ** 2),
    part: undefined,
    createKernel: async (printed, parameters) => {
      try {
        return launchOf(build(printed, parameters), printed.size);
      } catch (error) {
        throw (await failureSoon()) ?? error;
      }
    },
    collect,
    upload: (data) => {
      const size = sizeFor(data.length);
      const pixels = new Float32Array(size[0]! * size[1]! * channels);
      if (channels === 1) pixels.set(data);
      else data.forEach((value, i) => (pixels[i * channels] = value));
      return textures.make(size, data.length, pixels);
    },
    read: async ({ texture, size: [width] }, offset, size) => {
      const first = Math.floor(offset / width!);
      const rows = Math.floor((offset + size - 1) / width!) - first + 1;
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
      const pixels = new Float32Array(4 * width! * rows);
      gl.readPixels(0, first, width!, rows, gl.RGBA, gl.FLOAT, pixels);
      if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE)
        throw (await failureSoon()) ?? new ExecutionError('The browser does not let a texture of results be read.');
      const start = offset - first * width!;
      const numbers = new Float32Array(size);
      for (let i = 0; i < size; i++) numbers[i] = pixels[4 * (start + i)]!;
      return numbers;
    },
    release: (array) => textures.give(array),
    sync: async () => gl.finish(),
    failure,
    dispose: async () => {
      disposed = true;
      await gpu.destroy();
    },
  };
};
