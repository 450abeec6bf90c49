import type { SectionProps } from '../section.ts';
import { CompileTimes } from './CompileTimes.tsx';
import { FirstRuns } from './FirstRuns.tsx';
import { Goals } from './Goals.tsx';
import { Workers } from './Workers.tsx';

/** What it costs to begin, and what more threads bring. */
export const Starting = ({ run: { report } }: SectionProps) => (
  <>
    <CompileTimes times={report.compileTimes} />
    <FirstRuns records={report.records} />
    <Workers rows={report.workers} />
    <Goals report={report} />
  </>
);
