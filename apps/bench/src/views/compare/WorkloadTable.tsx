import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import { titleOf } from '../../backends/columns.ts';
import { imageOfUnseen } from '../../charts/image.ts';
import { ImageButtons } from '../../charts/ImageButtons.tsx';
import { logBounds, logScale, type Scale } from '../../charts/scales.ts';
import { STRIP_WIDTH, StripAxis, StripPlot } from '../../charts/StripPlot.tsx';
import { short, tick, withSpread } from '../../design/numbers.ts';
import { TableScroll } from '../../design/TableScroll.tsx';
import { SOFTWARE } from './Cell.tsx';
import { allWorkloads } from './setup.ts';
import { isTimed } from './timed.ts';
import { WorkloadPicture } from './WorkloadPicture.tsx';

const Time = ({ record, best, scale }: { readonly record: BenchmarkRecord; readonly best: number; readonly scale: Scale }) => {
  if (!isTimed(record)) {
    return (
      <td colSpan={3}>
        {record.status === 'wrong' ? <strong class="bad">WRONG</strong> : <span class="muted">n/a</span>}
        <span class="muted small">: {record.reason}</span>
      </td>
    );
  }
  const { samples, medianMicroseconds, spreadMicroseconds } = record;
  const factor = medianMicroseconds / best;
  return (
    <>
      <td>
        <StripPlot samples={samples} median={medianMicroseconds} spread={spreadMicroseconds} scale={scale} />
      </td>
      <td class="number">{withSpread(medianMicroseconds, spreadMicroseconds)}</td>
      <td class={`number ${factor === 1 ? 'good' : ''}`}>{short(factor)}×</td>
    </>
  );
};

const correctness = ({ check }: BenchmarkRecord) =>
  check === null ? (
    ''
  ) : (
    <span
      class={check.worstError <= check.tolerance ? 'good' : 'bad'}
      title={`The largest difference from the oracle in double precision after ${check.steps} steps; ${check.tolerance.toExponential(1)} is accepted.`}
    >
      {check.worstError.toExponential(1)}
    </span>
  );

interface WorkloadTableProps {
  /** The name of the run. */
  readonly run: string;
  readonly workload: string;
  readonly records: readonly BenchmarkRecord[];
  /** What was measured on what, for the image. */
  readonly notes: readonly string[];
}

/** One workload: every column with its samples, its times and whether it is right. */
export const WorkloadTable = ({ run, workload, records, notes }: WorkloadTableProps) => {
  const title = allWorkloads.find(({ name }) => name === workload)?.title;
  const timed = records.filter(isTimed);
  const best = Math.min(...timed.map(({ medianMicroseconds }) => medianMicroseconds));
  const samples = timed.flatMap((record) => record.samples);
  const scale = logScale(...(samples.length === 0 ? ([1, 10] as const) : logBounds(samples)), 8, STRIP_WIDTH - 8);
  const sorted = [...records].sort((a, b) => (a.medianMicroseconds ?? Infinity) - (b.medianMicroseconds ?? Infinity));
  return (
    <section class="stack">
      <div class="row">
        <h3>
          {title ?? workload} <code class="muted">{workload}</code>
        </h3>
        <ImageButtons
          title={title ?? workload}
          image={() =>
            imageOfUnseen(<WorkloadPicture records={sorted} best={best} scale={scale} />, { title: title ?? workload, notes })
          }
        />
      </div>
      <TableScroll label={`${title ?? workload}, ${run}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">column</th>
              <th scope="col">
                <span class="spoken">samples, µs</span>
                <StripAxis scale={scale} format={tick} />
              </th>
              <th scope="col" class="number">
                µs, median ± spread
              </th>
              <th scope="col" class="number">
                of the best
              </th>
              <th scope="col" class="number">
                first run ms
              </th>
              <th scope="col" class="number">
                error
              </th>
              <th scope="col">what ran</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((record) => (
              <tr key={record.column}>
                <th scope="row" title={titleOf(record.column)}>
                  {record.column}
                </th>
                <Time record={record} best={best} scale={scale} />
                <td class="number">{record.firstRunMilliseconds === null ? '' : short(record.firstRunMilliseconds)}</td>
                <td class="number">{correctness(record)}</td>
                <td class="small">
                  {record.software && <strong class="warn">{SOFTWARE}: </strong>}
                  <span class="muted">{record.path}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
};
