import type { ComponentChildren } from 'preact';

interface LessonProps {
  /** Its name in links. */
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A part of the page that a link can point to. */
export const Lesson = ({ id, title, children }: LessonProps) => (
  <section class="lesson" id={`lesson-${id}`} aria-labelledby={`title-${id}`}>
    <h2 id={`title-${id}`} tabIndex={-1}>
      {title}
    </h2>
    {children}
  </section>
);
