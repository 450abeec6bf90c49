import type { Signal } from '@preact/signals';
import { TableScroll } from '../../../design/TableScroll.tsx';
import type { IdentitySetting, IdentityState } from '../../../workers/train/protocol.ts';
import { show } from '../drawing/numbers.ts';
import { errorFarOutside, titleOf } from './networks.ts';

interface NetworkTableProps {
  readonly setting: IdentitySetting | null;
  readonly states: ReadonlyMap<number, IdentityState>;
  /** Name of the network that stands out in the figures. */
  readonly chosen: Signal<string>;
}

/** How wrong each kind of network is at ±20, here and in the paper; one of them can be chosen. */
export const NetworkTable = ({ setting, states, chosen }: NetworkTableProps) => {
  if (setting === null)
    return <p class="muted small">When they are trained, this is a list of how wrong each of them is at ±20.</p>;
  const rows = setting.networks
    .map((network, i) => ({ network, error: states.has(i) ? errorFarOutside(setting, states.get(i)!) : null }))
    .sort((a, b) => (b.error ?? Infinity) - (a.error ?? Infinity));
  return (
    <div class="stack">
      <TableScroll label="Mean error of each kind of network at ±20">
        <table class="networks">
          <thead>
            <tr>
              <th scope="col">activation</th>
              <th scope="col" class="number">
                off at ±20
              </th>
              <th scope="col" class="number">
                in the paper
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ network, error }) => (
              <tr key={network.name}>
                <th scope="row">
                  <label title={network.formula}>
                    <input
                      type="radio"
                      name="network"
                      checked={chosen.value === network.name}
                      onChange={() => (chosen.value = network.name)}
                    />
                    {titleOf(network)}
                  </label>
                </th>
                <td class={`number ${error !== null && error < 0.1 ? 'good' : ''}`}>{error === null ? '…' : show(error, 2)}</td>
                <td class="number muted">{network.published === null ? '–' : `≈ ${show(network.published)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      <p class="small muted">
        In the paper: the mean of 100 networks, read off a figure (Trask et al. 2018, figure 1), to about 0.5.
      </p>
    </div>
  );
};
