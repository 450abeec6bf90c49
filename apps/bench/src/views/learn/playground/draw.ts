import type { LayerShape, PathKind } from '../../../workers/train/look.ts';
import type { DrawnEdge, DrawnNode } from '../drawing/Network.tsx';
import { steady } from '../drawing/numbers.ts';
import { inputNames, nameWeights } from './naming.ts';

const signs: { readonly [K in PathKind]: string } = { sum: '+', product: '×', selectedProduct: '×' };

/** More numbers than these at the edges of one layer cannot be read. */
const mostNumbers = 6;

/** A drawing of a trained module. */
interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** Nodes in the fullest column. */
  readonly rows: number;
}

interface Member {
  readonly weights: ArrayLike<number>;
  readonly gates: ArrayLike<number>;
}

/** Where edges lie close together or cross, their numbers stand where they are apart. */
const numberPlace = (source: number, target: number, targets: number): number => {
  if (targets === 1) return 0.35;
  return source === target ? 0.5 : 0.7;
};

const spread = (count: number, i: number): number => (count === 1 ? 0.5 : i / (count - 1));

/**
 * One member of a population as a network: inputs, then for each layer a node per path and output, and where there is a gate a
 * node that mixes them. Edges have the weights, and those behind a gate its share.
 *
 * @param answer what the last node says; undefined: nothing was asked.
 */
export const drawMember = (
  layers: readonly LayerShape[],
  names: readonly string[],
  { weights, gates }: Member,
  question?: { readonly x: readonly number[]; readonly answer: number },
): Drawing => {
  const columns = 1 + layers.reduce((count, { gated }) => count + (gated ? 2 : 1), 0);
  const across = (column: number): number => column / (columns - 1);
  const first = inputNames(layers, names, 0);
  const nodes: DrawnNode[] = first.map((name, i) => ({
    id: `in ${i}`,
    across: 0,
    down: spread(first.length, i),
    kind: 'input',
    name,
    ...(question !== undefined && {
      value: steady(i < names.length ? question.x[i]! : 1 / question.x[i - names.length]!, 1),
    }),
  }));
  const edges: DrawnEdge[] = [];
  const named = nameWeights(layers, names);
  let column = 0;
  let sources = first.map((_, i) => `in ${i}`);
  let gateAt = 0;
  layers.forEach(({ outputs, paths, gated }, layer) => {
    const isLast = layer === layers.length - 1;
    const own = named.filter((weight) => weight.layer === layer);
    column += 1;
    const perColumn = outputs * paths.length;
    const idOf = (path: PathKind, output: number): string => `${layer} ${path} ${output}`;
    for (let output = 0; output < outputs; output++)
      paths.forEach((path, i) =>
        nodes.push({
          id: idOf(path, output),
          across: across(column),
          down: spread(perColumn, output * paths.length + i),
          sign: signs[path],
          ...(isLast && !gated && question !== undefined && { value: steady(question.answer, 2) }),
          kind: isLast && !gated ? 'output' : 'inner',
        }),
      );
    for (const { at, path, input, output } of own)
      edges.push({
        from: sources[input % sources.length]!,
        to: idOf(path, output),
        weight: weights[at]!,
        ...(own.length <= mostNumbers && { value: steady(weights[at]!) }),
        place: numberPlace(input, output * paths.length + paths.indexOf(path), perColumn),
      });
    sources = Array.from({ length: outputs }, (_, output) => idOf(paths[0]!, output));
    if (!gated) return;
    column += 1;
    sources = Array.from({ length: outputs }, (_, output) => {
      const gate = gates[gateAt++]!;
      const id = `${layer} gate ${output}`;
      const isAnswer = isLast && question !== undefined;
      nodes.push({
        id,
        across: across(column),
        down: spread(outputs, output),
        name: isAnswer ? 'answer' : isLast ? 'gate' : '',
        value: isAnswer ? steady(question.answer, 2) : steady(gate),
        kind: isLast ? 'output' : 'inner',
      });
      const shares = [gate, 1 - gate];
      paths.forEach((path, i) =>
        edges.push({ from: idOf(path, output), to: id, weight: shares[i]!, value: steady(shares[i]!), place: 0.5 }),
      );
      return id;
    });
  });
  const perColumn = new Map<number, number>();
  for (const node of nodes) perColumn.set(node.across, (perColumn.get(node.across) ?? 0) + 1);
  return { nodes, edges, rows: Math.max(...perColumn.values()) };
};
