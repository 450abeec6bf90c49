import { useSignalEffect } from '@preact/signals';
import { Notice } from '../../design/Notice.tsx';
import { GateLesson } from './gate/GateLesson.tsx';
import { IdentityLesson } from './identity/IdentityLesson.tsx';
import './learn.css';
import { learnLink, lessons } from './link.ts';
import { LogsLesson } from './logs/LogsLesson.tsx';
import { Playground } from './playground/Playground.tsx';
import { WeightsLesson } from './weights/WeightsLesson.tsx';

/** How networks learn arithmetic: four lessons to play with, and a place to try everything. */
export const Learn = () => {
  useSignalEffect(() => {
    const { at } = learnLink.use().state;
    if (at === '') return;
    document.querySelector(`#lesson-${at}`)?.scrollIntoView();
    document.querySelector<HTMLElement>(`#title-${at}`)?.focus({ preventScroll: true });
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
              <a href={learnLink.href({ ...state, at: id })}>
                {i + 1} · {title}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <IdentityLesson />
      <WeightsLesson />
      <LogsLesson />
      <GateLesson />
      <Playground />
    </>
  );
};
