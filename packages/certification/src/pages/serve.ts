import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import { messagePath, type Message } from './message.ts';

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

export interface ServeOptions {
  /** The bundled page. */
  readonly folder: string;
  readonly headers: { readonly [name: string]: string };
  /** The page gets its answer when this is done. */
  readonly onMessage: (message: Message) => void | Promise<void>;
}

/** A web server for one page. */
export interface Server {
  /** Ends in a slash. */
  readonly url: string;
  close(): void;
}

const messageOf = async (request: IncomingMessage): Promise<Message> => JSON.parse(await text(request)) as Message;

/** Serves a folder with extra headers, on this machine only, and hears what its page posts. */
export const serve = async ({ folder, headers, onMessage }: ServeOptions): Promise<Server> => {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === messagePath) {
      await onMessage(await messageOf(request));
      response.writeHead(204).end();
      return;
    }
    try {
      const file = join(folder, normalize(pathname === '/' ? '/index.html' : pathname));
      const body = await readFile(file);
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
