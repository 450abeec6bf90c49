import { useSignal } from '@preact/signals';
import { certainties, experiments } from '@nalu/experiments/reproduce';
import { useEffect } from 'preact/hooks';
import { CopyButton } from '../../design/CopyButton.tsx';
import { InTurn } from '../../design/InTurn.tsx';
import { Notice } from '../../design/Notice.tsx';
import { duration } from '../../design/numbers.ts';
import { hasResults, loadResults, type ResultPart } from './committed.ts';
import { Curves } from './Curves.tsx';
import type { Certainty, ResultDocument, ResultRow } from './document.ts';
import { Figure, marks } from './Figure.tsx';
import { resultsLink } from './link.ts';
import { panelsOf } from './panels.ts';
import { PanelTable } from './PanelTable.tsx';
import { PublishedOnly } from './PublishedOnly.tsx';
import { rateAxis, scoreAxis, type Axis } from './Track.tsx';
import './results.css';
import { messageOf } from '../../errors/messageOf.ts';

const commandFor = (name: string): string => `npm run -s nalu -- reproduce ${name} --out docs/results`;

const Provenance = ({ document }: { readonly document: ResultDocument }) => {
  const { command, seed, backend, machine, runtime, version, commits, milliseconds, processorMilliseconds } = document;
  return (
    <dl class="provenance small">
      <dt>command</dt>
      <dd>
        <code>{command}</code>
      </dd>
      <dt>seed</dt>
      <dd>{seed}</dd>
      <dt>backend</dt>
      <dd>{backend}</dd>
      <dt>machine</dt>
      <dd>
        {machine}; {runtime}
      </dd>
      <dt>version</dt>
      <dd>
        {version}
        {commits.length > 0 && `, commit ${commits.map((commit) => commit.slice(0, 10)).join(', ')}`}
      </dd>
      <dt>training</dt>
      <dd>
        {duration(milliseconds)} by the clock, {duration(processorMilliseconds)} of the processor
      </dd>
    </dl>
  );
};

const Legend = ({ document }: { readonly document: ResultDocument }) => {
  const used = [...new Set(document.rows.flatMap(({ certainty }) => certainty ?? []))];
  const isRate = document.rows.some(({ successes }) => successes !== null);
  return (
    <ul class="small muted marks">
      <li>
        Dot: ours
        {isRate
          ? ', from 0 to 100 %, with Wilson’s 95 % interval, and successes of runs'
          : ', on a logarithmic axis; smaller is better'}
        .
      </li>
      {document.rows.some(({ solvedAt }) => solvedAt !== null) && (
        <li>Step: the median step at which the successful runs were solved.</li>
      )}
      {document.rows.some(({ sparsityError }) => sparsityError !== null) && (
        <li>
          Sparsity: the mean sparsity error, {isRate ? 'of the successful runs' : 'of all runs'}; 0 means weights of −1, 0 and 1
          only.
        </li>
      )}
      {document.rows.some(({ attempts }) => attempts !== undefined) && (
        <li>
          Best of k: successes when one of k networks is chosen inside the training range; exact: its weights are −1, 0 and 1.
        </li>
      )}
      {document.rows.some(({ fisherP }) => fisherP !== null) && (
        <li>p: Fisher’s exact test against the published rate, after Holm.</li>
      )}
      {used.length === 0 && <li>Nothing is published to compare with.</li>}
      {used.map((certainty: Certainty) => (
        <li key={certainty}>
          Diamond{marks[certainty] === '' ? ', full' : `, hollow, and ${marks[certainty]}`}: published, {certainty} (
          {certainties[certainty]}).
        </li>
      ))}
    </ul>
  );
};

const axisOf = (rows: readonly ResultRow[]): Axis =>
  rows.some(({ successes }) => successes !== null)
    ? rateAxis
    : scoreAxis(rows.flatMap(({ score, published }) => (published === null ? [score] : [score, published])));

const nameOf = ({ module, operation, setting, range, test }: ResultRow): string =>
  [module, operation, setting, range, test].filter((part) => part !== '').join(', ');

/** Rows whose rate is significantly not the published one, and what is known about it. */
const Differences = ({ rows }: { readonly rows: readonly ResultRow[] }) => {
  const compared = rows.filter(({ fisherP }) => fisherP !== null);
  const differing = compared.filter(({ differs }) => differs);
  if (compared.length === 0) return null;
  return (
    <section class="stack">
      <h4>Differences from what is published</h4>
      <p>
        {differing.length} of {compared.length} rates that can be compared differ significantly (Fisher’s exact test, Holm’s
        correction for all of them, p &lt; 0.05).
      </p>
      {differing.length > 0 && (
        <ul>
          {differing.map((row) => (
            <li key={nameOf(row)}>
              <strong>{nameOf(row)}.</strong> {row.explanation ?? 'Not explained yet.'}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

const Part = ({ part: { label, document }, number }: { readonly part: ResultPart; readonly number: number }) => {
  const { criterion, covers, shortened, sharedBatches, missing, rows, curves } = document;
  const title = label === '' ? 'The experiment' : `Apart: ${label}`;
  return (
    <section class="stack part" aria-labelledby={`part-${number}`}>
      <h3 id={`part-${number}`}>{title}</h3>
      {shortened !== '' && <Notice kind="warning">{shortened}. Shortened runs cannot be compared with published figures.</Notice>}
      {missing > 0 && <Notice kind="info">Not the whole experiment: {missing} of its cells have no committed result.</Notice>}
      {sharedBatches && (
        <Notice kind="info">
          The runs of a cell learned from the same batches; in the protocol each run draws its own. They are independent of each
          other in their first weights only.
        </Notice>
      )}
      {covers !== '' && (
        <p>
          <strong>Covers</strong> {covers}.
        </p>
      )}
      <p>
        <strong>Criterion.</strong> {criterion}
      </p>
      <InTurn>{curves.length > 0 && <Curves curves={curves} trained={[-5, 5]} />}</InTurn>
      <InTurn>
        <Legend document={document} />
      </InTurn>
      {panelsOf(rows).map((panel) => {
        const axis = axisOf(panel.rows);
        return (
          <InTurn key={panel.title}>
            <PanelTable
              panel={panel}
              label={`Table of part ${number}`}
              axis={axis}
              cell={(row) => <Figure row={row} axis={axis} />}
            />
          </InTurn>
        );
      })}
      <InTurn>
        <Differences rows={rows} />
        <Provenance document={document} />
      </InTurn>
    </section>
  );
};

type Loaded = { readonly parts: readonly ResultPart[] } | { readonly problem: string } | null;

const Experiment = ({ name }: { readonly name: string }) => {
  const loaded = useSignal<Loaded>(null);
  useEffect(() => {
    let current = true;
    loaded.value = null;
    loadResults(name).then(
      (parts) => current && (loaded.value = { parts }),
      (error: unknown) => current && (loaded.value = { problem: messageOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [name]);
  const { title, paper, criterion, protocol, deviations } = experiments.find((each) => each.name === name)!;
  return (
    <article class="stack" aria-labelledby="experiment-title">
      <h2 id="experiment-title">{title}</h2>
      <p class="muted small">{paper}</p>
      {loaded.value === null ? (
        <p class="muted">Loading …</p>
      ) : 'problem' in loaded.value ? (
        <Notice kind="problem">These results are damaged, or could not be loaded: {loaded.value.problem}</Notice>
      ) : loaded.value.parts.length === 0 ? (
        <Notice kind="info">
          <p>No results of this experiment are committed. This command makes them:</p>
          <pre tabIndex={0}>{commandFor(name)}</pre>
          <CopyButton text={() => commandFor(name)}>Copy the command</CopyButton>
          <p>Criterion: {criterion}</p>
        </Notice>
      ) : (
        loaded.value.parts.map((part, i) => (
          <InTurn key={part.document.command}>
            <Part part={part} number={i + 1} />
          </InTurn>
        ))
      )}
      <InTurn key={loaded.value === null ? 'loading' : 'loaded'}>
        {loaded.value !== null && 'parts' in loaded.value && (
          <PublishedOnly experiment={name} rows={loaded.value.parts.flatMap(({ document }) => document.rows)} />
        )}
        <details>
          <summary>Protocol</summary>
          <ul>
            {protocol.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <h3>Where this differs from the paper</h3>
          <ul>
            {deviations.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </details>
      </InTurn>
    </article>
  );
};

/** Published experiments, made again: published figures and ours side by side. */
export const Results = () => {
  const { state, problems } = resultsLink.use();
  const known = experiments.some(({ name }) => name === state.experiment);
  return (
    <>
      {problems.map((problem) => (
        <Notice key={problem} kind="problem">
          {problem}
        </Notice>
      ))}
      <nav aria-label="Experiments">
        <ul class="experiments">
          {experiments.map(({ name }) => (
            <li key={name}>
              <a href={resultsLink.href({ experiment: name })} aria-current={name === state.experiment ? 'true' : undefined}>
                {name}
              </a>
              {!hasResults(name) && <span class="small muted"> no results yet</span>}
            </li>
          ))}
        </ul>
      </nav>
      {known ? (
        <Experiment key={state.experiment} name={state.experiment} />
      ) : (
        <Notice kind="problem">The link names an experiment “{state.experiment}” that does not exist. Choose one above.</Notice>
      )}
    </>
  );
};
