import { compareLink, scalings } from '../setup.ts';
import type { SectionProps } from '../section.ts';
import { measuredScaling } from './scaling.ts';
import { ScalingFigure } from './ScalingFigure.tsx';

/** How times grow with the batch, the width and the population. */
export const Scalings = ({ run: { report }, looks, notes }: SectionProps) =>
  scalings.map((scaling) => {
    const measured = measuredScaling(report.records, scaling);
    return measured === null ? (
      <p key={scaling.name} class="muted">
        {scaling.title}: this run has fewer than two sizes of it.{' '}
        <a href={compareLink.href({ ...compareLink.use().state, workloads: scaling.points.map(({ workload }) => workload) })}>
          Choose all of its sizes
        </a>
        , and press Run.
      </p>
    ) : (
      <ScalingFigure key={scaling.name} measured={measured} looks={looks} notes={notes} />
    );
  });
