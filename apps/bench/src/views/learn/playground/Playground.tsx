import { useSignal } from '@preact/signals';
import { Button } from '../../../design/Button.tsx';
import { CopyButton } from '../../../design/CopyButton.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { duration, grouped } from '../../../design/numbers.ts';
import { Progress } from '../../../design/Progress.tsx';
import type { Frame, Job, Outcome, PopulationSetting } from '../../../workers/train/protocol.ts';
import { percent } from '../drawing/numbers.ts';
import { Lesson } from '../Lesson.tsx';
import { learnLink, longestTableInLink, type LearnState } from '../link.ts';
import { useTraining } from '../training.ts';
import { SetUp } from './SetUp.tsx';
import type { PastedTable } from './TableInput.tsx';
import { Watch } from './Watch.tsx';

const sourceOf: {
  readonly [F in LearnState['from']]: (state: LearnState, table: PastedTable) => Job<'population'>['source'];
} = {
  function: ({ f }) => ({ kind: 'function', name: f }),
  typed: ({ typed }) => ({ kind: 'typed', text: typed }),
  table: (_, table) => ({ kind: 'table', ...table }),
};

const jobOf = (state: LearnState, table: PastedTable): Job<'population'> => {
  const { from, model, backend, members, steps, seed } = state;
  return { kind: 'population', source: sourceOf[from](state, table), model, backend, members, steps, seed };
};

/** What a reader has to give before anything can be learned from it. */
const given: { readonly [F in LearnState['from']]: (state: LearnState, table: PastedTable) => string } = {
  function: ({ f }) => f,
  typed: ({ typed }) => typed,
  table: (_, { text }) => text,
};

const verdict = ({ learned, formula, errors, ordinaryErrors }: Outcome, { title, ordinaryTitle }: PopulationSetting): string => {
  const reading = formula === null ? 'Its weights read as no short formula.' : `Its weights read ${formula}.`;
  const outside = `far outside the training range it is off by ${percent(errors.outside)}, ${ordinaryTitle} by ${percent(ordinaryErrors.outside)}`;
  return learned
    ? `${title} has learned the rule: ${outside}. ${reading}`
    : `${title} has not learned the rule this time: ${outside}. ${reading} Try another seed, more networks, more steps or another module: the power law for a rule with a constant factor.`;
};

/** Everything together: choose what is learned and by what, and watch. */
export const Playground = () => {
  const { state } = learnLink.use();
  const training = useTraining<'population'>();
  const table = useSignal<PastedTable>({ text: state.table, target: state.target, inputs: state.inputs });
  const setting = useSignal<PopulationSetting | null>(null);
  const frames = useSignal<readonly Frame[]>([]);
  const outcome = useSignal<Outcome | null>(null);

  const putTable = (next: PastedTable): void => {
    table.value = next;
    const { text, target, inputs } = next;
    learnLink.update(text.length <= longestTableInLink ? { table: text, target, inputs } : { table: '', target: '', inputs: [] });
  };
  const train = (): void => {
    setting.value = null;
    frames.value = [];
    outcome.value = null;
    void training.start(jobOf(state, table.value), (message) => {
      if (message.kind === 'setting') setting.value = message.setting;
      else if (message.kind === 'items') frames.value = [...frames.value, ...message.items];
      else outcome.value = message.result;
    });
  };

  const ending = training.state.value;
  const isRunning = ending.kind === 'running';
  const last = frames.value.at(-1);
  const known = setting.value;
  return (
    <Lesson id="playground" title="5 · Your turn">
      <div class="prose">
        <p>
          Choose what is to be learned, and by what. Many networks start at once, each from other random weights, because one
          start is one attempt and some of them get stuck. They see small numbers only. Watch the weights move to −1, 0 and 1, and
          what that does far outside.
        </p>
      </div>
      <div class="panel figure two">
        <SetUp state={state} table={table.value} onChange={learnLink.update} onTable={putTable} disabled={isRunning}>
          <div class="row">
            {isRunning ? (
              <Button onClick={training.cancel}>Stop</Button>
            ) : (
              <Button kind="primary" onClick={train} disabled={given[state.from](state, table.value).trim() === ''}>
                Train
              </Button>
            )}
            <CopyButton text={() => new URL(learnLink.href({ ...state, at: 'playground' }), location.href).href}>
              Copy the link
            </CopyButton>
          </div>
        </SetUp>
        <div class="stack">
          {isRunning && (
            <Progress
              label={last === undefined ? 'Starting …' : `${grouped(last.step)} of ${grouped(known!.steps)} steps`}
              fraction={last === undefined ? undefined : last.step / known!.steps}
            />
          )}
          {ending.kind === 'failed' && <Notice kind="problem">{ending.message}</Notice>}
          <p role="status" class="outcome">
            {ending.kind === 'cancelled' && 'Stopped. What you see is how far they came.'}
            {ending.kind === 'done' && known !== null && outcome.value !== null && (
              <>
                {verdict(outcome.value, known)} <span class="muted">{duration(outcome.value.milliseconds)}.</span>
              </>
            )}
          </p>
          {known !== null && last !== undefined ? (
            <Watch setting={known} frames={frames.value} isRunning={isRunning} />
          ) : (
            ending.kind === 'idle' && <p class="muted">Here you will see them learn.</p>
          )}
        </div>
      </div>
    </Lesson>
  );
};
