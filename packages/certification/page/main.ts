/**
 * Runs the row that the address names, `?row=js-auto-firefox&tier=smoke&soak=10000`, and posts the outcome; without a row,
 * what is on.
 */
import type { Tier } from '@nalu/conformance';
import { messagePath, type Message } from '../src/pages/message.ts';
import { featuresHere } from '../src/run/features.ts';
import type { Mark } from '../src/run/soak.ts';
import { runRow } from '../src/run/runRow.ts';
import { table } from '../src/table/table.ts';
import { assets } from './assets.ts';

const post = (message: Message): Promise<Response> => fetch(messagePath, { method: 'POST', body: JSON.stringify(message) });

const run = async (): Promise<Message> => {
  const query = new URLSearchParams(location.search);
  const features = await featuresHere();
  const id = query.get('row');
  if (id === null) return { kind: 'result', features };
  const row = table.find((each) => each.id === id);
  if (row === undefined) throw new Error(`The table has no row "${id}".`);
  let told = 0;
  const steps = Number(query.get('soak') ?? 0);
  const onMark = async (mark: Mark): Promise<void> => void (await post({ kind: 'mark', mark }));
  const outcome = await runRow(row, {
    ...(steps > 0 ? { soak: { steps, onMark } } : {}),
    tier: query.get('tier') as Tier,
    assets,
    onProgress: (progress) => {
      if (performance.now() - told < 200) return;
      told = performance.now();
      void post({ kind: 'progress', progress });
    },
  });
  return { kind: 'result', features, outcome };
};

const describe = (error: unknown): string => (error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error));

run().then(post, (error: unknown) => post({ kind: 'broken', message: describe(error) }));
