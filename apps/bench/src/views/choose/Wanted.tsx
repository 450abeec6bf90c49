import { Button } from '../../design/Button.tsx';
import { Choice, Choices } from '../../design/Choices.tsx';
import { Progress } from '../../design/Progress.tsx';
import { variants } from '../../backends/backends.ts';
import { groups } from '../compare/setup.ts';
import { certifiedPlaces, placeTitles } from '../conformance/reports/places.ts';
import { chooseLink } from './link.ts';
import { cancelProbing, probes, probing, tryAll } from './probing.ts';

const placeLabels = { ...placeTitles, 'chromium-policy': 'Chromium, strict policy, not isolated', here: 'here, now' };

/** What a backend must do to be listed. */
export const Wanted = () => {
  const { search, places, on, workload } = chooseLink.use().state;
  const trying = probing.value;
  return (
    <section class="panel stack" aria-label="What you need">
      <div class="wanted">
        <label class="field">
          <span>Search</span>
          <input
            type="search"
            value={search}
            maxLength={60}
            placeholder="name, package, WebGPU …"
            onInput={({ currentTarget }) => chooseLink.update({ search: currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>Times are those of</span>
          <select value={workload} onChange={({ currentTarget }) => chooseLink.update({ workload: currentTarget.value })}>
            {groups.map(({ title, workloads }) => (
              <optgroup key={title} label={title}>
                {workloads.map((each) => (
                  <option key={each.name} value={each.name}>
                    {each.title}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
        <Choice
          legend="Computes on"
          options={[
            { value: 'any', label: 'anything' },
            { value: 'cpu', label: 'CPU' },
            { value: 'gpu', label: 'GPU' },
          ]}
          chosen={on}
          onChange={(chosen) => chooseLink.update({ on: chosen })}
        />
        <Choices
          legend="Must run in"
          options={(['here', ...certifiedPlaces] as const).map((value) => ({ value, label: placeLabels[value] }))}
          chosen={places}
          onChange={(chosen) => chooseLink.update({ places: chosen })}
        />
      </div>
      <div class="row">
        {trying === null ? (
          <Button onClick={() => void tryAll()}>Start each one here</Button>
        ) : (
          <>
            <Button onClick={cancelProbing}>Cancel</Button>
            <Progress
              fraction={variants.findIndex(({ name }) => name === trying.name) / variants.length}
              label={`starting ${trying.name}`}
            />
          </>
        )}
        <span class="small muted" role="status">
          {trying === null &&
            (probes.value.size === 0
              ? 'What runs here is expected from what this browser has. Starting each one shows it, and loads all of them.'
              : `${[...probes.value.values()].filter(({ kind }) => kind === 'runs').length} of ${probes.value.size} started here and computed.`)}
        </span>
      </div>
    </section>
  );
};
