import { useSignal } from '@preact/signals';
import { certainties, experiments } from '@nalu/experiments/reproduce';
import { useEffect } from 'preact/hooks';
import { CopyButton } from '../../design/CopyButton.tsx';
import { Notice } from '../../design/Notice.tsx';
import { duration } from '../../design/numbers.ts';
import { hasResults, loadResults } from './committed.ts';
import { Curves } from './Curves.tsx';
import type { Certainty, ResultDocument } from './document.ts';
import { resultsLink } from './link.ts';
import { marks, PanelTable } from './PanelTable.tsx';
import { panelsOf } from './panels.ts';
import './results.css';

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

const Document = ({ document, part }: { readonly document: ResultDocument; readonly part: number }) => {
  const { criterion, shortened, missing, rows, curves } = document;
  return (
    <>
      {shortened !== '' && <Notice kind="warning">{shortened}. Shortened runs cannot be compared with published figures.</Notice>}
      {missing > 0 && <Notice kind="info">Not the whole experiment: {missing} of its cells have no committed result.</Notice>}
      <p>
        <strong>Criterion.</strong> {criterion}
      </p>
      {curves.length > 0 && <Curves curves={curves} trained={[-5, 5]} />}
      <Legend document={document} />
      {panelsOf(rows).map((panel) => (
        <PanelTable key={panel.title} panel={panel} part={part} />
      ))}
      <Provenance document={document} />
    </>
  );
};

type Loaded = { readonly documents: readonly ResultDocument[] } | { readonly problem: string } | null;

const Experiment = ({ name }: { readonly name: string }) => {
  const loaded = useSignal<Loaded>(null);
  useEffect(() => {
    let current = true;
    loaded.value = null;
    loadResults(name).then(
      (documents) => current && (loaded.value = { documents }),
      (error: unknown) => current && (loaded.value = { problem: error instanceof Error ? error.message : String(error) }),
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
      ) : loaded.value.documents.length === 0 ? (
        <Notice kind="info">
          <p>No results of this experiment are committed. This command makes them:</p>
          <pre tabIndex={0}>{commandFor(name)}</pre>
          <CopyButton text={() => commandFor(name)}>Copy the command</CopyButton>
          <p>Criterion: {criterion}</p>
        </Notice>
      ) : (
        loaded.value.documents.map((document, i) => (
          <section key={document.command} class="stack part" aria-label={`Results, part ${i + 1}`}>
            <Document document={document} part={i + 1} />
          </section>
        ))
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
