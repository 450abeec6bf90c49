/** The command `npm run certify`. */
import { fileURLToPath } from 'node:url';
import { certify } from './certify/certify.ts';
import { readOptions, UsageError } from './certify/options.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const listen = (): AbortSignal => {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new Error('Interrupted.'));
      console.error('Interrupted: the reports that are finished are kept. Ctrl-C again quits at once.');
    });
  return controller.signal;
};

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if ('print' in options) {
    console.log(options.print);
    return 0;
  }
  const signal = listen();
  const failed = await certify(root, options, signal);
  if (signal.aborted) return 130;
  return failed === 0 ? 0 : 1;
};

try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nnpm run certify -- --help says more.`);
  process.exit(2);
}
