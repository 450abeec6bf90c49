import { backends } from '../../backends/backends.ts';
import { baselines, type ColumnEntry, type ColumnName } from '../../backends/columns.ts';
import { Button } from '../../design/Button.tsx';
import { Choice, Choices } from '../../design/Choices.tsx';
import { Progress } from '../../design/Progress.tsx';
import { cancel, measure, measuring, progress } from './measuring.ts';
import { compareLink, efforts, groups } from './setup.ts';

const optionOf = ({ name, title }: ColumnEntry) => ({ value: name, label: name, title });

/** Of these names some are chosen here; the others stay as they are. */
const replaced = <T extends string>(all: readonly T[], mine: readonly T[], chosen: readonly T[]): readonly T[] => [
  ...all.filter((name) => !mine.includes(name)),
  ...chosen,
];

/** What is measured, and the button that starts it. */
export const SetUp = () => {
  const { state } = compareLink.use();
  const busy = measuring.value !== null;
  const { workloads, columns, effort } = state;
  const chooseWorkloads = (mine: readonly string[]) => (chosen: readonly string[]) =>
    compareLink.update({ workloads: replaced(workloads, mine, chosen) });
  const chooseColumns = (mine: readonly ColumnName[]) => (chosen: readonly ColumnName[]) =>
    compareLink.update({ columns: replaced(columns, mine, chosen) });
  const start = async (): Promise<void> => {
    const run = await measure(state);
    if (run !== null) compareLink.update({ runs: [run.id] });
  };
  const shown = progress.value;
  return (
    <section class="panel stack set-up" aria-label="What to measure">
      <div class="set-up-choices">
        <div class="stack">
          {groups.map(({ title, workloads: mine }) => {
            const names = mine.map(({ name }) => name);
            return (
              <Choices
                key={title}
                legend={title}
                disabled={busy}
                options={mine.map((each) => ({ value: each.name, label: each.name, title: each.title }))}
                chosen={workloads.filter((name) => names.includes(name))}
                onChange={chooseWorkloads(names)}
              />
            );
          })}
        </div>
        <div class="stack">
          <Choices
            legend="Backends"
            disabled={busy}
            options={backends.map(optionOf)}
            chosen={columns}
            onChange={chooseColumns(backends.map(({ name }) => name))}
          />
          <Choices
            legend="Without Nalu, for comparison"
            disabled={busy}
            options={baselines.map(optionOf)}
            chosen={columns}
            onChange={chooseColumns(baselines.map(({ name }) => name))}
          />
          <p class="small muted">
            On the processor everything computes with one thread; TensorFlow.js, which could use more in an isolated page, is told
            to.
          </p>
          <Choice
            legend="Effort"
            disabled={busy}
            options={efforts.map((value) => ({ value, label: value }))}
            chosen={effort}
            onChange={(chosen) => compareLink.update({ effort: chosen })}
          />
        </div>
      </div>
      <div class="row">
        {busy ? (
          <Button onClick={cancel}>Cancel</Button>
        ) : (
          <Button kind="primary" disabled={workloads.length === 0 || columns.length === 0} onClick={() => void start()}>
            Run
          </Button>
        )}
        {shown !== null && <Progress fraction={shown.fraction} label={shown.label} />}
      </div>
    </section>
  );
};
