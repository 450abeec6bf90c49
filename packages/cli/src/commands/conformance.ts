import { runConformance, type Report, type Tier } from '@nalu/conformance';
import { backendNames, backends, type BackendEntry } from '../backends.ts';
import type { Define } from '../context.ts';
import { exit } from '../exit.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { oneOf } from '../options.ts';
import { writeJson } from '../output/json.ts';
import { count, duration, short } from '../output/numbers.ts';
import { showProgress } from '../output/progress.ts';
import { renderTable } from '../output/table.ts';
import type { Output, Terminal } from '../terminal.ts';
import { examples } from '../typed.ts';

interface ConformanceOptions {
  readonly backend?: readonly string[];
  readonly tier?: readonly string[];
  readonly json?: boolean;
}

const tiers: readonly Tier[] = ['smoke', 'certify'];

const opTable = ({ ops }: Report, out: Output): string =>
  renderTable(
    out,
    [{ title: 'op' }, { title: 'cases', align: 'right' }, { title: 'worst ulp', align: 'right' }, { title: 'at' }],
    ops.map(({ op, cases, worstUlp, worstInput }) => [
      op,
      String(cases),
      worstUlp === null ? '' : short(worstUlp),
      worstInput ?? '',
    ]),
  );

const show = (report: Report, out: Output): void => {
  const { green, red, bold } = out.colours;
  const { backend, tier, passed, failed, failures, milliseconds } = report;
  out.line(`${bold(backend)}  ${report.info.device}, tier ${tier}\n${opTable(report, out)}\n`);
  for (const { op, case: name, message } of failures) out.line(`${red('failed')} ${op}: ${name}\n  ${message}`);
  const verdict =
    failed === 0 ? green(`${count(passed, 'check')} passed`) : `${count(passed, 'check')} passed, ${red(`${failed} failed`)}`;
  out.line(`${verdict}, ${duration(milliseconds)}`);
};

const run = async ({ create }: BackendEntry, tier: Tier, { err }: Terminal, signal: AbortSignal): Promise<Report> => {
  const progress = showProgress(err, signal);
  try {
    return await runConformance({
      create,
      tier,
      signal,
      onProgress: ({ done, total, next }) => progress.update(done / total, next),
    });
  } finally {
    progress.stop();
  }
};

export const defineConformance: Define = (command, { terminal, end }) => {
  command
    .option('--backend <name>', `the backend to check (${backendNames.join(', ')}; default: js)`, oneOf(backendNames))
    .option('--tier <name>', 'smoke finds what is broken in seconds, certify looks harder (default: smoke)', oneOf(tiers))
    .option('--json', 'print one JSON document: { backend, passed, failed, ops: [{ op, cases, worstUlp, worstInput }] }')
    .addHelpText(
      'after',
      `\nExit code 1 when a check fails.\n${examples(terminal, [['conformance'], ['conformance --backend tfjs-wasm --tier certify'], ['conformance --json | jq "[.passed, .failed]"']])}`,
    )
    .action(async ({ backend = ['js'], tier = ['smoke'], json = false }: ConformanceOptions) => {
      const { out, err } = terminal;
      const entry = backends.find(({ name }) => name === backend.at(-1))!;
      const interrupt = listenForInterrupt(err, 'Stopping after this check.');
      try {
        const report = await run(entry, tier.at(-1) as Tier, terminal, interrupt.signal);
        if (json) writeJson(out, report);
        else show(report, out);
        if (report.failed > 0) end(exit.failure);
      } catch (error) {
        if (!interrupt.signal.aborted) throw error;
        err.line('Interrupted: a suite that was not finished certifies nothing.');
        end(exit.interrupted);
      } finally {
        interrupt.release();
      }
    });
};
