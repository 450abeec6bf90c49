import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { backends, type BackendName } from '../../../backends/backends.ts';
import { Button } from '../../../design/Button.tsx';
import { Choice } from '../../../design/Choices.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Progress } from '../../../design/Progress.tsx';
import type { Tier } from '../reports/report.ts';
import { outcome, running, start, type Outcome, type Running } from './run.ts';
import { showTimeLeft, timeLeft } from './timeLeft.ts';

/** Milliseconds without a word after which a reader is told so. */
const SILENCE = 15_000;

const RunProgress = ({ run }: { readonly run: Running }) => {
  const now = useSignal(performance.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now();
    }, 500);
    return () => clearInterval(timer);
  }, []);
  const { backend, tier, progress, started, heard, job } = run;
  const elapsed = Math.max(0, now.value - started);
  const left = progress === undefined ? undefined : timeLeft(tier, progress.done, progress.total, elapsed);
  const label =
    progress === undefined
      ? `${backend} is starting …`
      : [
          `${backend}: check ${progress.done + 1} of ${progress.total}, ${progress.next}`,
          `${(elapsed / 1000).toFixed(0)} s`,
          left === undefined ? [] : showTimeLeft(left),
        ]
          .flat()
          .join(' · ');
  return (
    <div class="stack">
      <Progress label={label} {...(progress === undefined ? {} : { fraction: progress.done / progress.total })} />
      {now.value - heard > SILENCE && (
        <p class="small muted">
          The worker has been busy with this for {((now.value - heard) / 1000).toFixed(0)} s. Large arrays take long on a GPU that
          is imitated in software; a worker that is stuck can be cancelled.
        </p>
      )}
      <div>
        <Button onClick={job.cancel}>Cancel</Button>
      </div>
    </div>
  );
};

const lost = (message: string): boolean => message.includes('lost its device');

const Said = ({ said }: { readonly said: Outcome }) => {
  if (said.kind === 'cancelled')
    return <Notice kind="info">The run of {said.backend} was cancelled: half a suite certifies nothing.</Notice>;
  if (said.kind === 'failed')
    return (
      <Notice kind="problem">
        {said.backend} was not tested. {said.message}
      </Notice>
    );
  const { result } = said.report;
  if ('refusal' in result) return null;
  const { passed, failed, failures, seconds } = result;
  return (
    <Notice kind={failed === 0 ? 'info' : 'problem'}>
      {said.report.backend}
      {said.report.mode !== undefined && `, mode ${said.report.mode}`}: {passed} checks passed, {failed} failed, in {seconds} s.
      It is the framed column of the table below.
      {failures.some(({ message }) => lost(message)) &&
        ' The device was lost in the middle of the run, so the checks after that say nothing about the backend: run it again.'}
      {said.notes.map((note) => ` ${note}`)}
    </Notice>
  );
};

/** Runs the suite in this page. */
export const LiveRun = () => {
  const backend = useSignal<BackendName>('js');
  const tier = useSignal<Tier>('smoke');
  const run = running.value;
  const said = outcome.value;
  return (
    <section class="panel stack" aria-labelledby="live-title">
      <h2 id="live-title">Run it in this browser</h2>
      <Choice
        legend="Backend"
        options={backends.map(({ name, title }) => ({ value: name, label: name, title }))}
        chosen={backend.value}
        onChange={(chosen) => {
          backend.value = chosen;
        }}
        disabled={run !== null}
      />
      <Choice
        legend="How hard to look"
        options={[
          { value: 'smoke', label: 'smoke: seconds' },
          { value: 'certify', label: 'certify: a minute or more, with large arrays' },
        ]}
        chosen={tier.value}
        onChange={(chosen) => {
          tier.value = chosen;
        }}
        disabled={run !== null}
      />
      {run === null ? (
        <div>
          <Button kind="primary" onClick={() => start(backend.value, tier.value)}>
            Run the suite
          </Button>
        </div>
      ) : (
        <RunProgress run={run} />
      )}
      {said !== null && <Said said={said} />}
    </section>
  );
};
