/** The child process of one row in Node: `nodeRow.js <id> <tier> <steps of the soak>`. It ends when it has told the outcome. */
import { once } from 'node:events';
import type { Tier } from '@nalu/conformance';
import { runRow } from '../run/runRow.ts';
import type { Mark } from '../run/soak.ts';
import { table } from '../table/table.ts';
import type { NodeMessage } from './nodeMessages.ts';

const [, , id, tier, steps] = process.argv;

const send = (message: NodeMessage): Promise<void> => new Promise((resolve) => void process.send!(message, () => resolve()));

const onMark = async (mark: Mark): Promise<void> => {
  // What is garbage is not held.
  globalThis.gc?.();
  await Promise.all([once(process, 'message'), send({ kind: 'mark', mark })]);
};

const run = async (): Promise<NodeMessage> => {
  const row = table.find((each) => each.id === id)!;
  let told = 0;
  const outcome = await runRow(row, {
    tier: tier as Tier,
    ...(Number(steps) > 0 ? { soak: { steps: Number(steps), onMark } } : {}),
    onProgress: (progress) => {
      if (performance.now() - told < 200) return;
      told = performance.now();
      void send({ kind: 'progress', progress });
    },
  });
  return { kind: 'result', outcome };
};

const message = await run().catch((error: unknown): NodeMessage => ({
  kind: 'broken',
  message: error instanceof Error ? (error.stack ?? error.message) : String(error),
}));
await send(message);
process.exit();
