import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import type { Scale } from '../../charts/scales.ts';
import { Strip, STRIP_HEIGHT } from '../../charts/StripPlot.tsx';
import { short, tick, withSpread } from '../../design/numbers.ts';
import { SOFTWARE } from './Cell.tsx';
import { isTimed } from './timed.ts';
import './workload-picture.css';

const WIDTH = 860;
/** Where the parts of a row begin; figures end there. */
const at = { strip: 190, time: 640, factor: 720, remark: 736 } as const;
const HEAD = 22;

interface WorkloadPictureProps {
  readonly records: readonly BenchmarkRecord[];
  readonly best: number;
  readonly scale: Scale;
}

const figures = (record: BenchmarkRecord, best: number) => {
  const { status, medianMicroseconds: time, spreadMicroseconds: spread, software } = record;
  if (status === 'wrong')
    return (
      <text class="wrong" x={at.time} text-anchor="end">
        WRONG
      </text>
    );
  if (time === null)
    return (
      <text x={at.time} text-anchor="end">
        n/a
      </text>
    );
  return (
    <>
      <text x={at.time} text-anchor="end">
        {withSpread(time, spread ?? 0)}
      </text>
      <text x={at.factor} text-anchor="end">
        {short(time / best)}×
      </text>
      {software && <text x={at.remark}>{SOFTWARE}</text>}
    </>
  );
};

/** The table of a workload as one drawing, to be taken along as an image. */
export const WorkloadPicture = ({ records, best, scale }: WorkloadPictureProps) => (
  <svg class="strip workload-picture" width={WIDTH} height={HEAD + STRIP_HEIGHT * records.length}>
    {scale.ticks.map((value) => (
      <text key={value} x={at.strip + scale.at(value)} y={14} text-anchor="middle">
        {tick(value)}
      </text>
    ))}
    <text x={at.time} y={14} text-anchor="end">
      µs, median ± spread
    </text>
    <text x={at.factor} y={14} text-anchor="end">
      of the best
    </text>
    {records.map((record, i) => (
      <g key={record.column} transform={`translate(0 ${HEAD + STRIP_HEIGHT * i})`}>
        <g class="row-text" transform={`translate(0 ${STRIP_HEIGHT / 2 + 4})`}>
          <text>{record.column}</text>
          {figures(record, best)}
        </g>
        {isTimed(record) && (
          <g transform={`translate(${at.strip} 0)`}>
            <Strip samples={record.samples} median={record.medianMicroseconds} spread={record.spreadMicroseconds} scale={scale} />
          </g>
        )}
      </g>
    ))}
  </svg>
);
