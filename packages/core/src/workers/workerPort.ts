/** The worker's end of the line to the host. */
export interface WorkerPort {
  post(message: unknown, transfer: Transferable[]): void;
  listen(onMessage: (message: unknown) => void): void;
}

interface NodePort {
  postMessage(message: unknown, transfer: readonly unknown[]): void;
  on(event: 'message', listener: (message: unknown) => void): void;
}

interface WorkerGlobals {
  readonly process?: { getBuiltinModule?(name: 'node:worker_threads'): { readonly parentPort: NodePort | null } };
}

/** The global scope of a page's worker, as far as it is used here. */
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(event: 'message', listener: (event: MessageEvent) => void): void;
}

/** Node's workers have a port of their own; in a page's worker the global scope is one. */
export const workerPort = (): WorkerPort => {
  const { process } = globalThis as unknown as WorkerGlobals;
  const parent = process?.getBuiltinModule?.('node:worker_threads').parentPort;
  if (parent) {
    return { post: (message, transfer) => parent.postMessage(message, transfer), listen: (hear) => parent.on('message', hear) };
  }
  const scope = globalThis as unknown as WorkerScope;
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen: (hear) => scope.addEventListener('message', ({ data }) => hear(data)),
  };
};
