import { Option } from 'commander';
import {
  bestFit,
  functions,
  learnedBelow,
  models,
  taskProblem,
  type FitRun,
  type Fitted,
  type FitSettings,
} from '@nalu/experiments';
import { writeNodeRun } from '../app/nodeRun.ts';
import { serveApp } from '../app/serveApp.ts';
import { defaultBackends, startBackends } from '../backends.ts';
import type { Define } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { errorMeans } from '../output/fit-table.ts';
import { count, duration, percent } from '../output/numbers.ts';
import { showProgress } from '../output/progress.ts';
import { renderTable, type Column } from '../output/table.ts';
import { paragraph } from '../output/wrap.ts';
import type { Output, Terminal } from '../terminal.ts';
import { fitAll, type Job } from '../train.ts';
import { examples, typed } from '../typed.ts';

const seed = 1;
const arithmetic: FitSettings = { seeds: 8, steps: 2000, seed };
/** The ordinary network is there for the contrast, which one seed on one backend shows. */
const ordinary: FitSettings = { seeds: 1, steps: 1000, seed };
const ordinaryModel = 'relu';

const columns: readonly Column[] = [
  { title: 'function' },
  { title: 'backend' },
  { title: 'best layer' },
  { title: 'error\noutside', align: 'right' },
  { title: 'learned' },
  { title: 'ReLU net\noutside', align: 'right' },
  { title: 'formula, and its\nown error outside' },
];

/** What a newcomer might try after the table. */
const next = ['fit "a*b"', 'fit --data planets', 'bench --quick', '--help'];

/** What was learned of one function on one backend. */
interface Result {
  readonly function: string;
  readonly backend: string;
  readonly best: FitRun | undefined;
  readonly ordinary: FitRun | undefined;
}

const isOrdinary = ({ run }: Fitted): boolean => run.model === ordinaryModel;

const resultOf = (name: string, backend: string, fitted: readonly Fitted[]): Result => ({
  function: name,
  backend,
  best: bestFit(fitted.filter((each) => !isOrdinary(each)))?.run,
  ordinary: fitted.find(isOrdinary)?.run,
});

const row = (result: Result, first: boolean, { colours }: Output): readonly string[] => {
  const { best, ordinary: plain } = result;
  const name = first ? colours.bold(result.function) : '';
  const contrast = plain === undefined ? '' : percent(plain.extrapolation.relative);
  if (best === undefined) return [name, result.backend, '', '', colours.red('no'), contrast, 'no model reached a finite error'];
  const { formula, formulaError } = best;
  const readout =
    formula === null || formulaError === null ? '' : `${formula}  ${colours.dim(`(${percent(formulaError.extrapolation)})`)}`;
  return [
    name,
    result.backend,
    best.title,
    percent(best.extrapolation.relative),
    best.learned ? colours.green('yes') : colours.red('no'),
    contrast,
    readout,
  ];
};

const verdict = (results: readonly Result[], { colours }: Output, command: string): string => {
  const failed = results.filter(({ best }) => best?.learned !== true);
  if (failed.length === 0)
    return colours.green(
      `All ${count(results.length, 'run')} learned their function, to ${percent(learnedBelow)} or better far outside.`,
    );
  const names = failed.map((result) => `${result.function} on ${result.backend}`).join(', ');
  return `${results.length - failed.length} of ${count(results.length, 'run')} learned their function. ${colours.red('Not learned')}: ${names}. More seeds or steps may help: ${command} fit "${failed[0]!.function}" --seeds 100 --steps 5000`;
};

interface StartOptions {
  /** The folder of the built dashboard. */
  readonly app?: string;
}

/** Measures this machine for the dashboard and, where somebody is watching, serves it until Ctrl-C. */
const showApp = async (folder: string, { out, err, env }: Terminal): Promise<ExitCode> => {
  const interrupt = listenForInterrupt(err, 'Stopping.');
  const progress = showProgress(err, interrupt.signal);
  try {
    await writeNodeRun(folder, interrupt.signal, progress.update);
    progress.stop();
    if (interrupt.signal.aborted) return exit.interrupted;
    if (!out.interactive || env['CI']) {
      out.line(`\nThe dashboard, with what Node measured here, is built in ${folder}: any static web server shows it.`);
      return exit.success;
    }
    await serveApp(folder, interrupt.signal, (url) =>
      out.line(`\nThe dashboard is at ${out.colours.bold(url)}  (Ctrl-C ends it)`),
    );
    return exit.interrupted;
  } finally {
    progress.stop();
    interrupt.release();
  }
};

export const defineStart: Define = (command, { terminal, end }) => {
  const { out, err } = terminal;
  command
    .addHelpText(
      'after',
      `\nEach function is learned from examples inside a small range and judged far outside of it. Exit code 0 means that the job ran; what was not learned is said.\n\n${errorMeans}\n${examples(terminal, [['start'], ['start > table.txt']])}`,
    )
    .addOption(new Option('--app <folder>', 'the built dashboard, which is shown in the end').hideHelp())
    .action(async ({ app }: StartOptions) => {
      const started = performance.now();
      const running = await startBackends(defaultBackends, err);
      const interrupt = listenForInterrupt(err, 'Stopping; what was learned so far is shown.');
      out.line(paragraph(out, 'Six functions, learned from examples between 1 and 10 and judged between 100 and 1000.\n'));
      const progress = showProgress(err, interrupt.signal);
      const jobs: readonly Job[] = functions.flatMap((task) => {
        const problem = taskProblem(task, seed);
        const chosen = models.filter((model) => model.suits(problem) && model.isArithmetic);
        return [
          ...running.flatMap((on) => chosen.map((model) => ({ problem, model, on, settings: arithmetic }))),
          {
            problem,
            model: models.find(({ name }) => name === ordinaryModel)!,
            on: running[0]!,
            settings: ordinary,
          },
        ];
      });
      let fitted: readonly Fitted[] = [];
      try {
        fitted = await fitAll(jobs, interrupt.signal, progress);
        progress.stop();
        const done = fitted.map((each, i) => ({ ...jobs[i]!, each }));
        const results = functions.flatMap(({ name }) =>
          running.flatMap((on) => {
            const mine = done.filter((job) => job.problem.name === name && job.on === on).map(({ each }) => each);
            return mine.length === 0 ? [] : [resultOf(name, on.entry.name, mine)];
          }),
        );
        const rows = results.map((result, i) => row(result, result.function !== results[i - 1]?.function, out));
        if (results.length > 0)
          out.line(`${renderTable(out, columns, rows)}\n\n${paragraph(out, verdict(results, out, typed(terminal)))}`);
        out.line(out.colours.dim(`${duration(performance.now() - started)} in all.`));
        out.line(`\nNext:\n${next.map((example) => `  ${typed(terminal)} ${example}`).join('\n')}`);
        if (interrupt.signal.aborted) {
          err.line('Interrupted: the table holds what was learned so far.');
          end(exit.interrupted);
        }
      } finally {
        progress.stop();
        interrupt.release();
        for (const { model } of fitted) model?.dispose();
        for (const { backend } of running) await backend.dispose();
      }
      if (app !== undefined && !interrupt.signal.aborted) end(await showApp(app, terminal));
    });
};
