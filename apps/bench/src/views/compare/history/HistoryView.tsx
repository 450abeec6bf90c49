import type { BenchmarkRecord } from '@nalu/experiments/benchmark';
import { Figure } from '../../../charts/Figure.tsx';
import { lookAt, type Look } from '../../../charts/look.ts';
import { linear, logBounds, logScale } from '../../../charts/scales.ts';
import { SeriesChart, type Series } from '../../../charts/SeriesChart.tsx';
import { count, short, tick, withSpread } from '../../../design/numbers.ts';
import { Select } from '../../../design/Select.tsx';
import { runs } from '../../../runs/runs.ts';
import type { Run } from '../../../runs/run.ts';
import { looksOf } from '../looks.ts';
import { allWorkloads, compareLink } from '../setup.ts';
import { historiesOf, type History, type Moment } from './history.ts';

const day = ({ report }: Run): string => new Date(report.date).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });

const timeOf = ({ medianMicroseconds, spreadMicroseconds, status, reason }: BenchmarkRecord) => {
  if (status === 'wrong') return <strong class="bad">WRONG</strong>;
  return medianMicroseconds === null ? `n/a: ${reason}` : withSpread(medianMicroseconds, spreadMicroseconds ?? 0);
};

const changeText = ({ change }: Moment) => {
  if (change === null) return <span class="muted">nothing before to compare with</span>;
  const { verdict, ratio, before } = change;
  const look = { slower: 'bad', faster: 'good', 'no difference': '', 'not comparable': 'muted' }[verdict];
  return (
    <>
      <strong class={look}>{verdict}</strong>
      <span class="small muted">
        {ratio === null ? '' : ` ${ratio.estimate.toFixed(2)}×`}, compared with {before.name}
      </span>
    </>
  );
};

const nameOf = ({ column, machine }: History, machines: ReadonlySet<string>): string =>
  machines.size === 1 ? column : `${column} (${machine})`;

const seriesOf = (history: History, name: string, look: Look): Series => ({
  name,
  look,
  points: history.moments.flatMap(({ place, record, run, change }) =>
    record.medianMicroseconds === null
      ? []
      : [
          {
            x: place,
            y: record.medianMicroseconds,
            range: [record.minMicroseconds!, record.maxMicroseconds!],
            circled: change?.verdict === 'slower',
            title: `${name}, ${run.name}: ${short(record.medianMicroseconds)} µs${change === null ? '' : `, ${change.verdict}`}`,
          },
        ],
  ),
});

/** One workload over all runs that this browser has; what became slower is circled. */
export const HistoryView = () => {
  const { workload } = compareLink.use().state;
  const all = runs.value;
  const measured = [...new Set(all.flatMap(({ report }) => report.records.map((record) => record.workload)))];
  const histories = historiesOf(all, workload);
  const machines = new Set(histories.map(({ machine }) => machine));
  const looks = looksOf(histories.map(({ column }) => column));
  const series = histories.map((history, i) =>
    // Of several machines a column has several lines.
    seriesOf(history, nameOf(history, machines), machines.size === 1 ? looks.get(history.column)! : lookAt(i)),
  );
  const drawn = series.filter(({ points }) => points.length > 0);
  const title = `${allWorkloads.find(({ name }) => name === workload)?.title ?? workload}, over ${count(all.length, 'run')}`;
  const slower = histories.flatMap(({ moments }) => moments.filter(({ change }) => change?.verdict === 'slower')).length;
  return (
    <section class="stack">
      <Select
        label="Workload"
        value={workload}
        options={[...new Set([workload, ...measured])].map((name) => ({ name, title: name }))}
        onChange={(name) => compareLink.update({ workload: name })}
      />
      {drawn.length === 0 ? (
        <p class="muted">No run that this browser has measured {workload}.</p>
      ) : (
        <>
          <p>
            {slower === 0 ? 'Nothing became slower' : `${count(slower, 'time')} became slower`} from one run to the next that it
            can be compared with{slower === 0 ? '.' : ': circled.'}
          </p>
          <Figure
            title={title}
            notes={[`Measured on: ${[...machines].join('; ')}.`]}
            chart={
              <SeriesChart
                height={320}
                left={58}
                xLabel="runs, from the oldest"
                yLabel="µs per step"
                format={(value, axis) => (axis === 'y' ? tick(value) : all[value] === undefined ? '' : day(all[value]))}
                description={`${title}: ${drawn.map(({ name }) => name).join(', ')}. ${slower} became slower. The table below has the figures.`}
                axes={({ left, right, top, bottom }) => {
                  const x = linear([0, Math.max(all.length - 1, 1)], [left + 24, right - 24], Math.min(all.length, 6));
                  return {
                    x: { ...x, ticks: x.ticks.filter((place) => Number.isInteger(place) && place < all.length) },
                    y: logScale(
                      ...logBounds(drawn.flatMap(({ points }) => points.flatMap(({ range }) => range ?? []))),
                      bottom,
                      top,
                      7,
                    ),
                  };
                }}
                series={drawn}
              />
            }
            table={
              <>
                <thead>
                  <tr>
                    <th scope="col">column</th>
                    <th scope="col">run</th>
                    <th scope="col" class="number">
                      µs, median ± spread
                    </th>
                    <th scope="col">verdict</th>
                  </tr>
                </thead>
                <tbody>
                  {histories.flatMap((history) =>
                    history.moments.map((moment) => (
                      <tr key={`${history.column} ${moment.run.id}`}>
                        <th scope="row">{nameOf(history, machines)}</th>
                        <td>{moment.run.name}</td>
                        <td class="number">{timeOf(moment.record)}</td>
                        <td>{changeText(moment)}</td>
                      </tr>
                    )),
                  )}
                </tbody>
              </>
            }
          />
        </>
      )}
    </section>
  );
};
