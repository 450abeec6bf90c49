import type { ComponentChildren } from 'preact';
import './notice.css';

interface NoticeProps {
  /** `problem`: something did not work. `warning`: something to know before trusting a figure. */
  readonly kind: 'problem' | 'warning' | 'info';
  readonly children: ComponentChildren;
}

/** A sentence that a reader must not miss. Screen readers say a problem at once, others when they have time. */
export const Notice = ({ kind, children }: NoticeProps) => (
  <div class={`notice ${kind}`} role={kind === 'problem' ? 'alert' : 'status'}>
    {children}
  </div>
);
