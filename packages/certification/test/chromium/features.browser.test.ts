import { expect, it } from 'vitest';
import { featuresHere } from '../../src/run/features.ts';
import { note } from '../note.ts';

/** The flags, which TypeScript's own declarations of WebGPU leave out. */
declare const GPUBufferUsage: {
  readonly STORAGE: number;
  readonly COPY_SRC: number;
  readonly COPY_DST: number;
  readonly MAP_READ: number;
};
declare const GPUMapMode: { readonly READ: number };

it('is the browser that it should be', async (context) => {
  const { browser, ...features } = await featuresHere();
  note(context, browser);
  expect(browser).toContain('Chromium');
  expect(features).toEqual({
    isolated: true,
    sharedMemory: true,
    generatedCode: true,
    devices: { webgpu: expect.any(String), webgl: expect.any(String), webgl2: expect.any(String) },
  });
});

it('is isolated, and memory is shared with a worker', async () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
  const numbers = new Int32Array(new SharedArrayBuffer(8));
  const source = 'onmessage = ({ data }) => { Atomics.store(data, 0, 42); Atomics.add(data, 1, 1); Atomics.notify(data, 1); };';
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
  worker.postMessage(numbers, []);
  const { value } = Atomics.waitAsync(numbers, 1, 0);
  await value;
  worker.terminate();
  expect([...numbers]).toEqual([42, 1]);
});

it('has shared WebAssembly memory', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(Atomics.add(new Int32Array(memory.buffer), 0, 5)).toBe(0);
  expect(Atomics.load(new Int32Array(memory.buffer), 0)).toBe(5);
});

it('computes on WebGPU', async (context) => {
  const adapter = await navigator.gpu.requestAdapter();
  note(context, `WebGPU there: ${(await featuresHere()).devices.webgpu}`);
  const device = await adapter!.requestDevice();
  const code =
    '@group(0) @binding(0) var<storage, read_write> x: array<f32>; @compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) { x[id.x] = f32(id.x) * 1.5; }';
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
  const storage = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: storage } }] }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(storage, 0, staging, 0, 16);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  expect([...new Float32Array(staging.getMappedRange())]).toEqual([0, 1.5, 3, 4.5]);
  device.destroy();
});

it('draws floats with WebGL2', () => {
  const gl = document.createElement('canvas').getContext('webgl2')!;
  expect(gl.getExtension('EXT_color_buffer_float')).not.toBeNull();
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, 1, 1, 0, gl.RED, gl.FLOAT, null);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, gl.getParameter(gl.TEXTURE_BINDING_2D), 0);
  gl.clearColor(1234.5, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  const pixel = new Float32Array(4);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, pixel);
  expect(pixel[0]).toBe(1234.5);
});
