import { fastestBackend, type BackendInfo, type CandidateResult } from '@nalu/core';
import { backendNames, backends, chooseBackends, probe, type Availability, type BackendEntry } from '../backends.ts';
import type { Define } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { measurableNames, readSubject } from '../fastest.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { oneOf, whole } from '../options.ts';
import { writeJson } from '../output/json.ts';
import { short, withSpread } from '../output/numbers.ts';
import { showProgress } from '../output/progress.ts';
import { renderTable } from '../output/table.ts';
import { paragraph } from '../output/wrap.ts';
import type { Output, Terminal } from '../terminal.ts';
import { examples } from '../typed.ts';

interface BackendsOptions {
  readonly backend?: readonly string[];
  readonly fastest?: string;
  readonly batch: number;
  readonly seeds: number;
  readonly json?: boolean;
}

const describe = ({ device, runtime, simd, precisions, softwareAdapter, versions }: BackendInfo): string =>
  [
    device,
    runtime,
    ...Object.entries(versions).map(([library, version]) => `${library} ${version}`),
    precisions.join(' and '),
    simd ? 'SIMD' : '',
    softwareAdapter ? 'a GPU imitated in software' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');

const listed = async (entries: readonly BackendEntry[], json: boolean, { out }: Terminal): Promise<ExitCode> => {
  const results: Availability[] = [];
  for (const entry of entries) results.push(await probe(entry));
  if (json) {
    writeJson(
      out,
      results.map((result) => ({
        name: result.entry.name,
        package: result.entry.package,
        available: result.available,
        reason: result.available ? null : result.problem.reason,
        remedy: result.available ? null : result.problem.remedy,
        info: result.available ? result.info : null,
      })),
    );
  } else {
    const rows = results.map((result) => [
      result.entry.name,
      result.available ? out.colours.green('yes') : out.colours.red('no'),
      result.entry.package,
      result.available
        ? `${result.entry.title}: ${describe(result.info)}`
        : `${result.entry.title}: ${result.problem.reason} ${result.problem.remedy}`.trimEnd(),
    ]);
    out.line(renderTable(out, [{ title: 'backend' }, { title: 'runs' }, { title: 'package' }, { title: 'what' }], rows));
  }
  return results.every(({ available }) => !available) ? exit.failure : exit.success;
};

const verdicts: { readonly [S in CandidateResult['status']]: (out: Output) => string } = {
  chosen: ({ colours }) => colours.green('fastest'),
  tied: () => 'as fast',
  slower: () => 'slower',
  wrong: ({ colours }) => colours.red('WRONG'),
  failed: ({ colours }) => colours.red('failed'),
  unavailable: ({ colours }) => colours.dim('not here'),
};

const row = (result: CandidateResult, out: Output): readonly string[] => {
  const { name, status, reason, remedy, info, microseconds, compileMilliseconds, paths } = result;
  const what = [
    ...(microseconds === null ? [`${reason} ${remedy}`.trimEnd()] : [info!.device, `ran ${paths.join(' and ')}`]),
    ...(info?.softwareAdapter ? ['a GPU imitated in software'] : []),
  ];
  return [
    name,
    verdicts[status](out),
    microseconds === null ? '' : withSpread(microseconds.median, microseconds.spread),
    compileMilliseconds === null ? '' : short(compileMilliseconds),
    what.join(', '),
  ];
};

const measured = async (
  entries: readonly BackendEntry[],
  subject: string,
  { batch, seeds, json = false }: BackendsOptions,
  { out, err }: Terminal,
): Promise<ExitCode> => {
  const workload = await readSubject(subject);
  const interrupt = listenForInterrupt(err, 'Stopping.');
  const progress = showProgress(err, interrupt.signal);
  try {
    const choice = await fastestBackend(workload, entries, {
      batch,
      population: seeds,
      signal: interrupt.signal,
      onCandidate: (index) => progress.update(index / entries.length, entries[index]!.name),
    });
    await choice.backend.dispose();
    progress.stop();
    if (json) {
      writeJson(
        out,
        choice.results.map((result, i) => ({
          package: entries[i]!.package,
          available: result.status !== 'unavailable',
          ...result,
        })),
      );
      return exit.success;
    }
    const [what] = choice.explanation.split('\n');
    out.line(paragraph(out, `${what} Microseconds each, until the device has done it: median ± median absolute deviation.\n`));
    out.line(
      renderTable(
        out,
        [
          { title: 'backend' },
          { title: 'verdict' },
          { title: 'µs', align: 'right' },
          { title: 'compile ms', align: 'right' },
          { title: 'what ran, or why it was not chosen' },
        ],
        choice.results.map((result) => row(result, out)),
      ),
    );
    const chosen = choice.results.find(({ status }) => status === 'chosen')!;
    out.line(`\n${paragraph(out, `${choice.name}: ${chosen.reason}`)}`);
    return exit.success;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    err.line('Interrupted before every backend was measured.');
    return exit.interrupted;
  } finally {
    progress.stop();
    interrupt.release();
  }
};

export const defineBackends: Define = (command, { terminal, end }) => {
  command
    .option(
      '--backend <name>',
      `look at this one only (${backendNames.join(', ')}); may be repeated (default: all)`,
      oneOf(backendNames),
    )
    .option(
      '--fastest <what>',
      `measure a training step of a model (${measurableNames.join(', ')}) or a run of a graph (a .json file) on each, and say which is fastest`,
    )
    .option('--batch <rows>', 'rows per training step', whole(1, 1_000_000), 128)
    .option('--seeds <count>', 'networks trained side by side', whole(1, 10_000), 1)
    .option(
      '--json',
      'print one JSON document: [{ name, available, reason, remedy, info }]; with --fastest also status, microseconds, compileMilliseconds, paths',
    )
    .addHelpText(
      'after',
      `${examples(terminal, [['backends'], ['backends --json | jq ".[].name"'], ['backends --fastest nalu --seeds 100']])}\n\nExit code 1 when no backend runs.`,
    )
    .action(async (options: BackendsOptions) => {
      const entries = options.backend === undefined ? backends : chooseBackends(options.backend);
      const { fastest, json = false } = options;
      end(await (fastest === undefined ? listed(entries, json, terminal) : measured(entries, fastest, options, terminal)));
    });
};
