import { Notice } from '../../design/Notice.tsx';
import { runs, storageProblems } from '../../runs/runs.ts';
import './compare.css';
import { problem } from './measuring.ts';
import { SetUp } from './SetUp.tsx';
import { compareLink } from './setup.ts';
import { WorkloadTable } from './WorkloadTable.tsx';

export const Compare = () => {
  const { state, problems } = compareLink.use();
  const shown = runs.value.find(({ id }) => id === state.runs[0]) ?? runs.value.at(-1);
  const sentences = [...problems, ...(problem.value === null ? [] : [problem.value]), ...storageProblems.value];
  const records = shown?.report.records ?? [];
  return (
    <>
      {sentences.map((sentence) => (
        <Notice key={sentence} kind="problem">
          {sentence}
        </Notice>
      ))}
      <SetUp />
      {shown === undefined ? (
        <p class="muted">Nothing has been measured here yet.</p>
      ) : (
        [...new Set(records.map(({ workload }) => workload))].map((workload) => (
          <WorkloadTable key={workload} workload={workload} records={records.filter((record) => record.workload === workload)} />
        ))
      )}
    </>
  );
};
