import { hostLine } from '@nalu/experiments/benchmark';
import { useSignal } from '@preact/signals';
import { Button } from '../../design/Button.tsx';
import { CopyButton } from '../../design/CopyButton.tsx';
import { Notice } from '../../design/Notice.tsx';
import { count } from '../../design/numbers.ts';
import { TableScroll } from '../../design/TableScroll.tsx';
import { download, fileName } from '../../runs/download.ts';
import { exportRun, importRun } from '../../runs/exchange.ts';
import { markdownOf } from '../../runs/markdown.ts';
import type { Run } from '../../runs/run.ts';
import { addRun, removeRun, runs } from '../../runs/runs.ts';
import { compareLink } from './setup.ts';
import { messageOf } from '../../errors/messageOf.ts';

const origins: { readonly [O in Run['origin']]: string } = {
  measured: 'measured here',
  imported: 'from a file',
  served: 'this machine, outside the browser',
};

/** All runs that this browser has: which are shown, and what can be done with them. */
export const Runs = ({ shown }: { readonly shown: readonly Run[] }) => {
  const problem = useSignal<string | null>(null);
  const isShown = (run: Run): boolean => shown.some(({ id }) => id === run.id);
  const toggle = (run: Run): void => {
    const next = runs.value.filter((each) => (each.id === run.id ? !isShown(each) : isShown(each)));
    compareLink.update({ runs: next.map(({ id }) => id) });
  };
  const take = async (input: HTMLInputElement): Promise<void> => {
    problem.value = null;
    const added: string[] = [];
    for (const file of input.files ?? []) {
      try {
        added.push(addRun(file.name.replace(/\.json$/, ''), 'imported', await importRun(file)).id);
      } catch (error) {
        problem.value = messageOf(error);
      }
    }
    input.value = '';
    if (added.length > 0) compareLink.update({ runs: [...shown.map(({ id }) => id), ...added] });
  };
  return (
    <section class="stack">
      <div class="row">
        <h2>Runs</h2>
        <label class="row small">
          <span>
            Import a file of <code>nalu bench --json</code>, or exported here:
          </span>
          <input
            type="file"
            accept="application/json,.json"
            multiple
            onChange={({ currentTarget }) => void take(currentTarget)}
          />
        </label>
      </div>
      {problem.value !== null && <Notice kind="problem">{problem.value}</Notice>}
      {runs.value.length > 0 && (
        <TableScroll label="Runs">
          <table>
            <thead>
              <tr>
                <th scope="col">show</th>
                <th scope="col">measured on</th>
                <th scope="col" class="number">
                  cells
                </th>
                <th scope="col">keep</th>
              </tr>
            </thead>
            <tbody>
              {runs.value.map((run) => (
                <tr key={run.id}>
                  <th scope="row">
                    <label>
                      <input type="checkbox" checked={isShown(run)} onChange={() => toggle(run)} /> {run.name}
                    </label>
                    <div class="small muted">{origins[run.origin]}</div>
                  </th>
                  <td class="small muted">
                    {hostLine(run.report.host)}
                    {run.report.stopped && <span class="warn"> Stopped early.</span>}
                  </td>
                  <td class="number">{run.report.records.length}</td>
                  <td>
                    <span class="row">
                      <Button
                        label={`Export ${run.name}`}
                        onClick={() => download(fileName(run.name, 'json'), exportRun(run.report), 'application/json')}
                      >
                        Export
                      </Button>
                      <CopyButton text={() => markdownOf(run.name, run.report)}>Copy as Markdown</CopyButton>
                      {run.origin !== 'served' && (
                        <Button kind="quiet" label={`Delete ${run.name}`} onClick={() => removeRun(run.id)}>
                          Delete
                        </Button>
                      )}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {shown.length > 1 && (
        <p class="small muted">{count(shown.length, 'run')} side by side: the first one is what the others are compared with.</p>
      )}
    </section>
  );
};
