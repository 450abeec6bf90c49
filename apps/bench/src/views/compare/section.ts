import type { Look } from '../../charts/look.ts';
import type { Run } from '../../runs/run.ts';

/** What every section of a run's results is given. */
export interface SectionProps {
  readonly run: Run;
  /** Of the run's columns, the same in every chart. */
  readonly looks: ReadonlyMap<string, Look>;
  /** What was measured on what, as an image of it says below. */
  readonly notes: readonly string[];
}
