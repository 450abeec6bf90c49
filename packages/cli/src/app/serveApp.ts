import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';

/** The page is isolated: clocks are finer then. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cache-Control': 'no-cache',
};

/** Serves a folder on this machine only, until the signal; `onReady` gets the address. */
export const serveApp = async (folder: string, signal: AbortSignal, onReady: (url: string) => void): Promise<void> => {
  const files = sirv(folder, {
    etag: true,
    dev: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => files(request, response, () => void response.writeHead(404).end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onReady(`http://localhost:${(server.address() as AddressInfo).port}/`);
  if (!signal.aborted) await once(signal, 'abort');
  server.close();
  server.closeAllConnections();
};
