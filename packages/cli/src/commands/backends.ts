import type { Command } from 'commander';
import { backends, probe, type Availability } from '../backends.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { writeJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { examples } from '../typed.ts';

const describe = (result: Availability): string => {
  if (!result.available) return result.reason;
  const { device, runtime, simd, precisions, softwareAdapter } = result.info;
  return [device, runtime, precisions.join(' and '), simd ? 'SIMD' : '', softwareAdapter ? 'a GPU imitated in software' : '']
    .filter((part) => part !== '')
    .join(', ');
};

export const addBackends = (program: Command, { terminal, end }: Context): void => {
  program
    .command('backends')
    .description('List the backends, whether they run here, and if not, why.')
    .option('--json', 'print one JSON document: [{ name, available, reason, info }]')
    .addHelpText(
      'after',
      `${examples(terminal, [['backends'], ['backends --json | jq ".[].name"']])}\n\nExit code 1 when no backend runs.`,
    )
    .action(async ({ json = false }: { json?: boolean }) => {
      const { out } = terminal;
      const results: Availability[] = [];
      for (const entry of backends) results.push(await probe(entry));
      if (json) {
        writeJson(
          out,
          results.map((result) => ({
            name: result.entry.name,
            available: result.available,
            reason: result.available ? null : result.reason,
            info: result.available ? result.info : null,
          })),
        );
      } else {
        const rows = results.map((result) => [
          result.entry.name,
          result.available ? out.colours.green('yes') : out.colours.red('no'),
          result.entry.package,
          describe(result),
        ]);
        out.line(renderTable(out, [{ title: 'backend' }, { title: 'runs' }, { title: 'package' }, { title: 'what' }], rows));
      }
      if (results.every(({ available }) => !available)) end(exit.failure);
    });
};
