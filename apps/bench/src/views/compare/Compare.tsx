import { Notice } from '../../design/Notice.tsx';
import type { Run } from '../../runs/run.ts';
import { areLoaded, runs, storageProblems } from '../../runs/runs.ts';
import './compare.css';
import { problem } from './measuring.ts';
import { Runs } from './Runs.tsx';
import { SetUp } from './SetUp.tsx';
import { compareLink } from './setup.ts';
import { Summary } from './Summary.tsx';
import { Verdicts } from './Verdicts.tsx';
import { WorkloadTable } from './WorkloadTable.tsx';

/** The runs that a link names, in its order; without any, the latest one. */
const chosen = (ids: readonly string[]): readonly Run[] => {
  const named = ids.flatMap((id) => runs.value.find((run) => run.id === id) ?? []);
  return named.length > 0 ? named : runs.value.slice(-1);
};

const Results = ({ run: { name, report } }: { readonly run: Run }) => (
  <section class="stack">
    <h2>{name}</h2>
    {report.notes.map((note) => (
      <Notice key={note} kind="warning">
        {note}
      </Notice>
    ))}
    {[...new Set(report.records.map(({ workload }) => workload))].map((workload) => (
      <WorkloadTable
        key={workload}
        run={name}
        workload={workload}
        records={report.records.filter((record) => record.workload === workload)}
      />
    ))}
    <Summary name={name} records={report.records} />
  </section>
);

export const Compare = () => {
  const { state, problems } = compareLink.use();
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
      {first !== undefined && others.map((run) => <Verdicts key={run.id} before={first} after={run} />)}
      {shown.map((run) => (
        <Results key={run.id} run={run} />
      ))}
    </>
  );
};
