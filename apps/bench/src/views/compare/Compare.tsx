import { hostLine } from '@nalu/experiments/benchmark';
import { Choice } from '../../design/Choices.tsx';
import { InTurn } from '../../design/InTurn.tsx';
import { Notice } from '../../design/Notice.tsx';
import type { Run } from '../../runs/run.ts';
import { areLoaded, runs, storageProblems } from '../../runs/runs.ts';
import './compare.css';
import { HistoryView } from './history/HistoryView.tsx';
import { looksOf } from './looks.ts';
import { problem } from './measuring.ts';
import { Runs } from './Runs.tsx';
import { sections } from './sections.ts';
import { SetUp } from './SetUp.tsx';
import { compareLink, sectionNames, type Section } from './setup.ts';
import { Verdicts } from './Verdicts.tsx';

/** The runs that a link names, in its order; without any, the latest one. */
const chosen = (ids: readonly string[]): readonly Run[] => {
  const named = ids.flatMap((id) => runs.value.find((run) => run.id === id) ?? []);
  return named.length > 0 ? named : runs.value.slice(-1);
};

const sectionTitles: { readonly [S in Section]: string } = {
  times: 'times',
  scaling: 'scaling',
  roofline: 'roofline',
  starting: 'starting and workers',
  history: 'history',
};

interface ResultsProps {
  readonly run: Run;
  readonly show: Exclude<Section, 'history'>;
}

const Results = ({ run, show }: ResultsProps) => {
  const { name, report } = run;
  const Content = sections[show];
  return (
    <section class="stack">
      <h2>{name}</h2>
      {report.notes.map((note) => (
        <Notice key={note} kind="warning">
          {note}
        </Notice>
      ))}
      <Content
        run={run}
        looks={looksOf(report.records.map(({ column }) => column))}
        notes={[`${name}: ${hostLine(report.host)}`]}
      />
    </section>
  );
};

export const Compare = () => {
  const { state, problems } = compareLink.use();
  const { show } = state;
  const shown = chosen(state.runs);
  const [first, ...others] = shown;
  const missing = state.runs.filter((id) => !runs.value.some((run) => run.id === id));
  const sentences = [
    ...problems,
    ...(areLoaded.value && missing.length > 0
      ? [`The link names ${missing.length === 1 ? 'a run' : 'runs'} that this browser does not have: import the exported file.`]
      : []),
    ...(problem.value === null ? [] : [problem.value]),
    ...storageProblems.value,
  ];
  return (
    <>
      {sentences.map((sentence) => (
        <Notice key={sentence} kind="problem">
          {sentence}
        </Notice>
      ))}
      <SetUp />
      <Runs shown={shown} />
      {first === undefined && <p class="muted">Nothing has been measured here yet: press Run.</p>}
      {first !== undefined && (
        <Choice
          legend="Show"
          options={sectionNames.map((value) => ({ value, label: sectionTitles[value] }))}
          chosen={show}
          onChange={(value) => compareLink.update({ show: value })}
        />
      )}
      {show === 'history' ? (
        <HistoryView />
      ) : (
        <>
          {first !== undefined &&
            show === 'times' &&
            others.map((run) => (
              <InTurn key={run.id}>
                <Verdicts before={first} after={run} />
              </InTurn>
            ))}
          {shown.map((run) => (
            <InTurn key={run.id}>
              <Results run={run} show={show} />
            </InTurn>
          ))}
        </>
      )}
    </>
  );
};
