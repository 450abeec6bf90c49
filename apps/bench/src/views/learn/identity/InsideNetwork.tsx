import { useSignal } from '@preact/signals';
import type { IdentityNetwork, IdentitySetting, IdentityState } from '../../../workers/train/protocol.ts';
import { Network, type DrawnEdge, type DrawnNode } from '../drawing/Network.tsx';
import { show, steady } from '../drawing/numbers.ts';
import { Slider } from '../drawing/Slider.tsx';
import { movesAt, nodesAt, titleOf } from './networks.ts';

interface InsideNetworkProps {
  readonly setting: IdentitySetting;
  readonly network: IdentityNetwork;
  readonly state: IdentityState;
}

const idOf = (layer: number, node: number): string => `${layer} ${node}`;

/** All nodes of one layer to all of the next. */
const edgesOf = (widths: readonly number[]): readonly DrawnEdge[] =>
  widths.flatMap((count, layer) =>
    Array.from({ length: count }, (_, to) =>
      Array.from({ length: layer === 0 ? 1 : widths[layer - 1]! }, (__, from) => ({
        from: layer === 0 ? 'x' : idOf(layer - 1, from),
        to: idOf(layer, to),
      })),
    ).flat(),
  );

const sentence = (title: string, x: number, answer: number, moving: number, inner: number): string => {
  const start = `Given ${show(x)}, the first ${title} network says ${steady(answer)}.`;
  if (inner === 0) return `${start} It has a single layer and nothing that bends.`;
  const still = inner - moving;
  const rest =
    moving === 0
      ? 'None of its inner nodes moves'
      : `Only ${moving} of its ${inner} inner nodes still ${moving === 1 ? 'moves' : 'move'}`;
  return `${start} ${still === 0 ? `All of its ${inner} inner nodes move` : rest} when the number changes by 1${still > 0 ? '; the grey ones have come to their end' : ''}.`;
};

/** One network from inside: what every node says to one question. */
export const InsideNetwork = ({ setting, network, state }: InsideNetworkProps) => {
  const question = useSignal(setting.x.indexOf(4));
  const x = setting.x[question.value]!;
  const layers = nodesAt(state, network, question.value);
  const moves = movesAt(state, network, question.value);
  const moving = moves.flat().filter(Boolean).length;
  const title = titleOf(network);
  const answer = layers.at(-1)![0]!;
  const spread = (count: number, node: number): number => (count === 1 ? 0.5 : node / (count - 1));
  const nodes: readonly DrawnNode[] = [
    { id: 'x', across: 0, down: 0.5, kind: 'input', value: show(x) },
    ...layers.flatMap((layer, i) =>
      layer.map((value, j): DrawnNode => ({
        id: idOf(i, j),
        across: (i + 1) / layers.length,
        down: spread(layer.length, j),
        value: steady(value),
        kind: i === layers.length - 1 ? 'output' : moves[i]![j] ? 'inner' : 'faded',
      })),
    ),
  ];
  // What a NAC says to 1 is its weight.
  const weight = network.name === 'nac' ? nodesAt(state, network, setting.x.indexOf(1))[0]![0]! : undefined;
  const edges =
    weight === undefined ? edgesOf(network.widths) : [{ from: 'x', to: idOf(0, 0), weight, value: steady(weight, 5) }];
  const said = sentence(title, x, answer, moving, moves.flat().length);
  return (
    <div class="stack inside">
      <h3>Inside a network: {title}</h3>
      <Slider
        label="Ask it for"
        value={x}
        min={setting.x[0]!}
        max={setting.x.at(-1)!}
        step={1}
        text={show(x)}
        onInput={(value) => (question.value = setting.x.indexOf(value))}
      />
      <Network
        height={network.widths.length === 1 ? 90 : 310}
        radius={13}
        nodes={nodes}
        edges={edges}
        description={`The network with every node's number. ${said}`}
      />
      <p class="small">{said}</p>
    </div>
  );
};
