import type { Terminal } from './terminal.ts';

/** The command as it is typed here: through npm in a checkout, by its name where it is installed. */
export const typed = ({ env }: Pick<Terminal, 'env'>): string =>
  env['npm_lifecycle_event'] !== undefined && env['npm_package_name'] === 'nalu' ? 'npm run -s nalu --' : 'nalu';

/** The examples at the end of a help text: arguments, and what they are for where that is not plain. */
export const examples = (terminal: Pick<Terminal, 'env'>, all: readonly (readonly [args: string, what?: string])[]): string => {
  const lines = all.map(([args, what]) => [`${typed(terminal)} ${args}`, what] as const);
  const widest = Math.max(...lines.map(([line]) => line.length));
  return [
    '\nExamples:',
    ...lines.map(([line, what]) => (what === undefined ? `  ${line}` : `  ${line.padEnd(widest)}  ${what}`)),
  ].join('\n');
};
