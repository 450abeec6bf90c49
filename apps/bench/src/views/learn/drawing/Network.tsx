import { pathOf } from '../../../charts/path.ts';
import { useWidth } from '../../../charts/useWidth.ts';
import './network.css';

/** A node of a drawn network. */
export interface DrawnNode {
  readonly id: string;
  /** From 0, the left end, to 1, the right end. */
  readonly across: number;
  /** From 0, the top, to 1, the bottom. */
  readonly down: number;
  /** What it does, in a sign or two. */
  readonly sign?: string;
  /** Its number at this moment. */
  readonly value?: string;
  /** What it is called. */
  readonly name?: string;
  /** Default: `inner`. */
  readonly kind?: 'input' | 'inner' | 'output' | 'faded';
}

/** An edge of a drawn network. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** Decides colour and thickness: between −1 and 1. Default: a thin line. */
  readonly weight?: number;
  /** Its number at this moment. */
  readonly value?: string;
  /** Where the number stands, from 0, the beginning, to 1, the end. Default: 0.42. */
  readonly place?: number;
}

interface NetworkProps {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly height: number;
  /** Height on narrow screens, where it is drawn from top to bottom. Default: it is not. */
  readonly tall?: number;
  /** Half a node's height. Default: 22. */
  readonly radius?: number;
  /** All of it in words. */
  readonly description: string;
}

/** Sideways room for a node. */
const margin = 44;

/** Narrower than this, a network stands upright. */
const narrow = 460;

const toneOf = (weight: number): string => (Math.abs(weight) < 0.02 ? 'none' : weight > 0 ? 'plus' : 'minus');

/** A network whose nodes and edges carry their numbers. */
export const Network = ({ nodes, edges, height, tall, radius = 22, description }: NetworkProps) => {
  const [element, width] = useWidth<HTMLDivElement>();
  const isNarrow = width.value < narrow;
  const isUpright = isNarrow && tall !== undefined;
  const size = { across: Math.max(width.value - 2 * margin, 1), down: (isUpright ? tall : height) - 2 * (radius + 20) };
  const place = ({ across, down }: DrawnNode) => ({
    x: margin + (isUpright ? down : across) * size.across,
    y: radius + 20 + (isUpright ? across : down) * size.down,
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const half = isNarrow ? Math.min(radius * 1.5, 27) : radius * (radius < 20 ? 1.65 : 1.45);
  const weighted = edges.filter((edge): edge is DrawnEdge & { readonly weight: number } => edge.weight !== undefined);
  // There may be hundreds of the others: they are one line together.
  const thin = edges
    .filter(({ weight }) => weight === undefined)
    .map(({ from, to }) => pathOf([byId.get(from)!, byId.get(to)!].map(place).map(({ x, y }) => [x, y])))
    .join('');
  return (
    <div class="network" ref={element}>
      <svg width={width.value} height={isUpright ? tall : height} role="img" aria-label={description}>
        <path class="edge none" d={thin} />
        {weighted.map(({ from, to, weight }) => {
          const start = place(byId.get(from)!);
          const end = place(byId.get(to)!);
          return (
            <line
              key={`${from} ${to}`}
              class={`edge ${toneOf(weight)}`}
              x1={start.x}
              y1={start.y}
              x2={end.x}
              y2={end.y}
              stroke-width={1 + 4 * Math.min(Math.abs(weight), 1)}
            />
          );
        })}
        {weighted.map(({ from, to, weight, value, place: at = 0.42 }) => {
          if (value === undefined) return null;
          const start = place(byId.get(from)!);
          const end = place(byId.get(to)!);
          return (
            <text
              key={`${from} ${to}`}
              class={`edge-value ${toneOf(weight)}`}
              x={start.x + at * (end.x - start.x)}
              y={start.y + at * (end.y - start.y) + 4}
            >
              {value}
            </text>
          );
        })}
        {nodes.map((node) => {
          const { x, y } = place(node);
          const { id, kind = 'inner', sign, value, name } = node;
          return (
            <g key={id} class={`node ${kind}`}>
              <rect x={x - half} y={y - radius} width={2 * half} height={2 * radius} rx={radius} />
              {sign !== undefined && (
                <text class="sign" x={x} y={value === undefined ? y + 5 : y - 4}>
                  {sign}
                </text>
              )}
              {value !== undefined && (
                <text class="value" x={x} y={sign === undefined ? y + 4.5 : y + 13}>
                  {value}
                </text>
              )}
              {name !== undefined && (
                <text class="name" x={x} y={y - radius - 6}>
                  {name}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
};
