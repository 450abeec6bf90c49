import { grouped, short } from '../../design/numbers.ts';
import type { Certainty, ResultRow } from './document.ts';
import { Track, type Axis } from './Track.tsx';

/** `~`: read off a figure or said in an abstract; `?`: not from the authors. */
export const marks: { readonly [C in Certainty]: string } = {
  certain: '',
  computed: '',
  figure: '~',
  abstract: '~',
  secondary: '?',
  unverified: '?',
};

const percent = (share: number): string => `${Number((100 * share).toFixed(1))}`;

const rate = ({
  successRate,
  interval,
  successes,
  runs,
}: Pick<ResultRow, 'successRate' | 'interval' | 'successes' | 'runs'>): string =>
  `${percent(successRate!)} % (${percent(interval![0])}–${percent(interval![1])}), ${successes}/${runs}`;

const oursText = (row: ResultRow): string => (row.successes === null ? short(row.score) : rate(row));

/** A probability as papers write it. */
const probability = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${Number(p.toPrecision(2))}`);

interface PublishedProps {
  readonly value: number;
  readonly certainty: Certainty;
  readonly isRate: boolean;
}

export const PublishedText = ({ value, certainty, isRate }: PublishedProps) => (
  <span class="small said">
    published {marks[certainty]}
    {isRate ? `${percent(value)} %` : short(value)} <span class="spoken">({certainty})</span>
  </span>
);

/** Median step and sparsity error of the successful runs. */
const weightsText = ({ solvedAt, sparsityError }: ResultRow): string =>
  [solvedAt === null ? [] : `step ${grouped(solvedAt)}`, sparsityError === null ? [] : `sparsity ${short(sparsityError)}`]
    .flat()
    .join(', ');

/** Our figure beside the published one. */
export const Figure = ({ row, axis }: { readonly row: ResultRow; readonly axis: Axis }) => {
  const { successRate, score, interval, published, certainty, successes, attempts, fisherP, differs } = row;
  const weights = weightsText(row);
  return (
    <>
      <Track ours={successRate ?? score} interval={interval} published={published} certainty={certainty} axis={axis} />
      <span>{oursText(row)}</span>
      {published !== null && certainty !== null && (
        <PublishedText value={published} certainty={certainty} isRate={successes !== null} />
      )}
      {fisherP !== null && (
        <span class={`small ${differs ? 'warn' : 'muted'}`}>
          {probability(fisherP)}
          {differs && ': differs'}
        </span>
      )}
      {attempts !== undefined && (
        <span class="small">
          best of {attempts.restarts}: {rate({ ...attempts, runs: attempts.attempts })}; {attempts.exact} exact
        </span>
      )}
      {weights !== '' && <span class="small muted">{weights}</span>}
    </>
  );
};
