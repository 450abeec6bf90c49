import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { count, grouped } from '../../../design/numbers.ts';
import type { Frame, PopulationSetting } from '../../../workers/train/protocol.ts';
import { Network } from '../drawing/Network.tsx';
import { isStill } from '../drawing/motion.ts';
import { percent, show } from '../drawing/numbers.ts';
import { Slider } from '../drawing/Slider.tsx';
import { AnswersChart } from './AnswersChart.tsx';
import { drawMember } from './draw.ts';
import { drawnText } from './drawn.ts';
import { LossChart } from './LossChart.tsx';
import { nameGates, nameWeights } from './naming.ts';
import { QuestionTable } from './QuestionTable.tsx';
import { WeightCharts } from './WeightCharts.tsx';
import './watch.css';

interface WatchProps {
  readonly setting: PopulationSetting;
  readonly frames: readonly Frame[];
  readonly isRunning: boolean;
}

/** Milliseconds between two moments of a replay. */
const pace = 60;

/** The question that the drawing shows: the first from inside. */
const shownQuestion = 0;

/** Everything there is to see of a training: live, and afterwards at any of its moments. */
export const Watch = ({ setting, frames, isRunning }: WatchProps) => {
  /** Index of the moment that a reader looks at; null: the latest. */
  const moment = useSignal<number | null>(null);
  const replay = useRef(0);
  const stop = (): void => clearInterval(replay.current);
  useEffect(() => stop, []);
  const index = Math.min(moment.value ?? frames.length - 1, frames.length - 1);
  const now = frames[index]!;
  const { layers, inputs, questions, title, ordinaryTitle, steps, notes, isSoftware, device } = setting;
  const weightCount = nameWeights(layers, inputs).length;
  const gateCount = nameGates(layers).length;
  const question = questions[shownQuestion]!;
  const member = {
    weights: now.weights.subarray(now.best * weightCount, (now.best + 1) * weightCount),
    gates: now.gates.subarray(now.best * gateCount, (now.best + 1) * gateCount),
  };
  const { nodes, edges, rows } = drawMember(layers, inputs, member, { x: question.x, answer: now.answers[shownQuestion]! });
  const play = (): void => {
    stop();
    moment.value = 0;
    replay.current = window.setInterval(() => {
      const next = (moment.value ?? 0) + 1;
      moment.value = next < frames.length ? next : null;
      if (moment.value === null) stop();
    }, pace);
  };
  return (
    <div class="stack watch">
      {notes.map((note) => (
        <Notice key={note} kind="warning">
          {note}
        </Notice>
      ))}
      <div class="reading">
        <p class="small muted">At step {grouped(now.step)}, the weights of the best network read</p>
        <p class="formula-now">{now.formula ?? 'nothing that can be written down'}</p>
        <p class="small">
          Far outside, {title} is off by{' '}
          <strong class={now.errors.outside < 1e-3 ? 'good' : ''}>{percent(now.errors.outside)}</strong>, {ordinaryTitle} by{' '}
          <strong>{percent(now.ordinaryErrors.outside)}</strong>. Inside: {percent(now.errors.inside)} and{' '}
          {percent(now.ordinaryErrors.inside)}. Of {count(setting.members, 'network')}, {now.learned}{' '}
          {now.learned === 1 ? 'is' : 'are'} right far outside.
        </p>
      </div>
      <Slider
        label="moment"
        value={index}
        min={0}
        max={Math.max(frames.length - 1, 1)}
        step={1}
        text={grouped(now.step)}
        disabled={isRunning}
        onInput={(value) => {
          stop();
          moment.value = value;
        }}
      />
      {!isRunning && !isStill() && (
        <div class="row">
          <Button onClick={play}>Watch again</Button>
        </div>
      )}
      <div class="panels">
        <section aria-label="The best network">
          <h3>The best network</h3>
          <Network
            height={Math.max(200, 70 * rows)}
            tall={120 * (1 + layers.reduce((columns, { gated }) => columns + (gated ? 2 : 1), 0))}
            nodes={nodes}
            edges={edges}
            description={`The best network as a drawing. ${nameWeights(layers, inputs)
              .map(({ at, name }) => `${name}: ${member.weights[at]!.toFixed(2)}`)
              .join(
                '; ',
              )}. Asked for ${question.x.map((value) => show(value)).join(' and ')} it says ${show(now.answers[shownQuestion]!)}; right is ${show(question.y)}.`}
          />
          <p class="small muted">
            Asked for {question.x.map((value, i) => `${inputs[i]} = ${show(value)}`).join(', ')}. Right is {show(question.y, 4)}.
          </p>
        </section>
        <section aria-label="Weights">
          <h3>
            Weights of {drawnText(setting.members)}, over {grouped(steps)} steps
          </h3>
          <WeightCharts setting={setting} frames={frames} now={now} />
        </section>
        <section aria-label="Answers">
          <h3>Answers, inside and far outside</h3>
          <AnswersChart setting={setting} now={now} />
        </section>
        <div class="stack">
          <section aria-label="Questions">
            <h3>A few of them in numbers</h3>
            <QuestionTable setting={setting} now={now} />
          </section>
          <section aria-label="Losses">
            <h3>Losses of {drawnText(setting.members)}</h3>
            <LossChart setting={setting} frames={frames} now={now} />
          </section>
        </div>
      </div>
      <p class="small muted">
        {setting.division}. Computed by {device}
        {isSoftware && <strong class="warn"> (a GPU imitated in software)</strong>}.
      </p>
    </div>
  );
};
