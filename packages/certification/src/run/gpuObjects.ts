type Method = (this: unknown, ...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

const replace = (prototype: object, name: string, around: (original: Method) => Method): void => {
  const methods = prototype as Methods;
  const original = methods[name];
  if (original !== undefined) methods[name] = around(original);
};

const globals = globalThis as unknown as { readonly [name: string]: { readonly prototype: object } | undefined };

/** Counts the buffers and textures of WebGPU and the objects of WebGL that are alive: made, and not yet given back. */
export interface GpuObjects {
  /** Null where there is neither interface. */
  readonly live: () => number | null;
}

/** Begins to count. Objects that only the garbage collector would give back count as alive. */
export const countGpuObjects = (): GpuObjects => {
  const live = new Set<unknown>();
  const made = (original: Method): Method =>
    function make(this: unknown, ...args: unknown[]) {
      const object = original.apply(this, args);
      live.add(object);
      return object;
    };
  const gone = (original: Method): Method =>
    function giveBack(this: unknown, ...args: unknown[]) {
      live.delete(args.length === 0 ? this : args[0]);
      return original.apply(this, args);
    };
  const { GPUDevice, GPUBuffer, GPUTexture, WebGLRenderingContext, WebGL2RenderingContext } = globals;
  for (const name of ['createBuffer', 'createTexture']) if (GPUDevice) replace(GPUDevice.prototype, name, made);
  for (const each of [GPUBuffer, GPUTexture]) if (each) replace(each.prototype, 'destroy', gone);
  for (const context of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const what of ['Texture', 'Buffer', 'Framebuffer', 'Renderbuffer', 'Program', 'Shader', 'VertexArray']) {
      if (context === undefined) continue;
      replace(context.prototype, `create${what}`, made);
      replace(context.prototype, `delete${what}`, gone);
    }
  }
  const counted = [GPUDevice, WebGLRenderingContext, WebGL2RenderingContext].some((each) => each !== undefined);
  return { live: () => (counted ? live.size : null) };
};
