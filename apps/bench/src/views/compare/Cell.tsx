import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import { withSpread } from '../../design/numbers.ts';

/** What must be said wherever a time of an imitated GPU is shown. */
export const SOFTWARE = 'in software, no GPU';

/** A time in a table with many of them: WRONG or n/a where there is none, with the reason when the pointer rests on it. */
export const Cell = ({ record }: { readonly record: BenchmarkRecord | undefined }) => {
  if (record === undefined) return <td class="number muted">not measured</td>;
  const { status, reason, medianMicroseconds, spreadMicroseconds, software } = record;
  if (status === 'wrong')
    return (
      <td class="number" title={reason ?? ''}>
        <strong class="bad">WRONG</strong>
      </td>
    );
  if (medianMicroseconds === null)
    return (
      <td class="number muted" title={reason ?? ''}>
        n/a<span class="spoken">: {reason}</span>
      </td>
    );
  return (
    <td class="number" title={software ? SOFTWARE : undefined}>
      {withSpread(medianMicroseconds, spreadMicroseconds ?? 0)}
      {software && <span class="warn small"> (software)</span>}
    </td>
  );
};
