import sizes from 'virtual:load-sizes';
import { backendNames, variants } from '../../backends/backends.ts';
import { InTurn } from '../../design/InTurn.tsx';
import { Notice } from '../../design/Notice.tsx';
import { short } from '../../design/numbers.ts';
import { runs, storageProblems } from '../../runs/runs.ts';
import { host } from '../../shell/host.ts';
import { compareLink } from '../compare/setup.ts';
import { committed } from '../conformance/reports/committed.ts';
import './choose.css';
import { hereOf } from './here.ts';
import { chooseLink } from './link.ts';
import { probes } from './probing.ts';
import { fulfilling, loadOf, sorted, type Row } from './rows.ts';
import { certificationOf, standingsOf } from './standing.ts';
import { latest } from './times.ts';
import { UseIt } from './UseIt.tsx';
import { VariantTable } from './VariantTable.tsx';
import { Wanted } from './Wanted.tsx';

/** What the committed reports say never changes while the page is open. */
const known = variants.map((variant) => {
  const standings = standingsOf(variant, committed);
  return { variant, standings, certification: certificationOf(standings), load: loadOf(variant, sizes) };
});

const rowsFor = (workload: string): readonly Row[] =>
  known.map((facts) => {
    const { name } = facts.variant;
    return {
      ...facts,
      here: hereOf(facts.variant, host.value, probes.value.get(name)),
      page: latest(runs.value, 'measured', workload, name),
      served: latest(runs.value, 'served', workload, name),
    };
  });

/** Leads to where times come from. */
const Measure = ({ workload, rows }: { readonly workload: string; readonly rows: readonly Row[] }) => {
  const columns = backendNames.filter((name) => rows.some(({ variant, here }) => variant.name === name && here?.runs !== false));
  const isMeasured = rows.some(({ page }) => page !== null);
  return (
    <p>
      {isMeasured
        ? 'Times are those of the newest run of Compare in this browser: median and median absolute deviation. '
        : 'Nothing has been measured in this browser for this work yet. '}
      <a href={compareLink.href({ workloads: [workload], columns })}>
        {isMeasured ? 'Measure again' : 'Measure it on this device'}
      </a>
    </p>
  );
};

/** One table of what there is to choose from; it ends in the lines to paste. */
export const Choose = () => {
  const { state, problems } = chooseLink.use();
  const all = rowsFor(state.workload);
  const rows = sorted(fulfilling(all, state), state.sort, state.order === 'down');
  return (
    <>
      {[...problems, ...storageProblems.value].map((problem) => (
        <Notice key={problem} kind="problem">
          {problem}
        </Notice>
      ))}
      <Wanted />
      <p role="status">
        {rows.length} of {all.length} listed.
      </p>
      {rows.length === 0 ? (
        <Notice kind="info">
          No backend does all of this. js runs anywhere, in every mode but fused: <a href={chooseLink.href()}>show all</a>.
        </Notice>
      ) : (
        <VariantTable rows={rows} pick={state.pick} hasServed={all.some(({ served }) => served !== null)} />
      )}
      <InTurn>
        <Measure workload={state.workload} rows={all} />
        <section class="small muted stack">
          <p>
            ✓ runs and – refuses are what the committed reports of the conformance suite say; each leads to its report, which has
            the reason. Browsers that found no GPU on the machine of the reports refuse what needs one. “Strict policy” is a page
            without cross-origin isolation under <code>script-src &apos;self&apos; &apos;wasm-unsafe-eval&apos;</code>.
          </p>
          <p>
            “Loads” is what a bundled application grows by, after gzip, with the library and its WebAssembly: measured when this
            page was built. Nalu&apos;s core, which all of them need, is {short(sizes.core / 1000)} kB, all of it.
          </p>
        </section>
        <UseIt variant={variants.find(({ name }) => name === state.pick)!} />
      </InTurn>
    </>
  );
};
