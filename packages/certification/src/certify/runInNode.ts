import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NodeMessage } from './nodeMessages.ts';
import type { Runner } from './runner.ts';

/** Runs a row in a Node process of its own, which another row cannot disturb. */
export const runInNode: Runner = (row, { tier, soakSteps, onProgress, onMark, signal }) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('nodeRow.js', import.meta.url)), [row.id, tier, String(soakSteps)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    const printed: Buffer[] = [];
    child.stderr!.on('data', (chunk: Buffer) => printed.push(chunk));
    const hear: { readonly [K in NodeMessage['kind']]: (message: Extract<NodeMessage, { kind: K }>) => void } = {
      progress: ({ progress }) => onProgress(progress),
      mark: ({ mark }) => {
        onMark(mark, child.pid ?? 0);
        child.send('go on');
      },
      result: ({ outcome }) => resolve({ outcome }),
      broken: ({ message }) => reject(new Error(message)),
    };
    child.on('message', (message: NodeMessage) => (hear[message.kind] as (message: NodeMessage) => void)(message));
    const abort = (): void => {
      child.kill('SIGKILL');
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    child.once('close', (code, killed) => {
      signal.removeEventListener('abort', abort);
      // After a result this rejects what is settled already, which does nothing.
      reject(new Error(`Its process ended with ${killed ?? code}. ${Buffer.concat(printed).toString()}`));
    });
  });
