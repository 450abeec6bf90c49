import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { InTurn } from '../../design/InTurn.tsx';
import { Notice } from '../../design/Notice.tsx';
import { isDrawing } from '../../design/useTurn.ts';
import { GateLesson } from './gate/GateLesson.tsx';
import { IdentityLesson } from './identity/IdentityLesson.tsx';
import './learn.css';
import { learnLink, lessons, type LessonId } from './link.ts';
import { LogsLesson } from './logs/LogsLesson.tsx';
import { Playground } from './playground/Playground.tsx';
import { WeightsLesson } from './weights/WeightsLesson.tsx';

const components: { readonly [L in LessonId]: ComponentType } = {
  identity: IdentityLesson,
  weights: WeightsLesson,
  logs: LogsLesson,
  gate: GateLesson,
  playground: Playground,
};

const goTo = (lesson: LessonId): void => {
  document.querySelector(`#lesson-${lesson}`)?.scrollIntoView();
  document.querySelector<HTMLElement>(`#title-${lesson}`)?.focus({ preventScroll: true });
};

/** How networks learn arithmetic: four lessons to play with, and a place to try everything. */
export const Learn = () => {
  const isDrawn = useSignal(false);
  useSignalEffect(() => {
    if (!isDrawing.value) isDrawn.value = true;
  });
  // Other changes of the address must not move the page.
  const at = useComputed(() => (isDrawn.value ? learnLink.use().state.at : ''));
  useSignalEffect(() => {
    if (at.value !== '') goTo(at.value);
  });
  const { state, problems } = learnLink.use();
  return (
    <>
      {problems.map((problem) => (
        <Notice key={problem} kind="problem">
          {problem}
        </Notice>
      ))}
      <nav aria-label="Lessons">
        <ol class="lessons">
          {lessons.map(({ id, title }, i) => (
            <li key={id}>
              <a href={learnLink.href({ ...state, at: id })} onClick={() => goTo(id)}>
                {i + 1} · {title}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      {lessons.map(({ id }) => {
        const Part = components[id];
        return (
          <InTurn key={id}>
            <Part />
          </InTurn>
        );
      })}
    </>
  );
};
