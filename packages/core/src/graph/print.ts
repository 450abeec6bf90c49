import { attrsKey } from './simplify.ts';
import { inputName, type Graph, type Node } from './graph.ts';
import { showShape } from '../tensor/shape.ts';

const MOST_NUMBERS = 6;

const showNumbers = (data: readonly number[]): string =>
  data.length <= MOST_NUMBERS ? data.join(', ') : `${data.slice(0, MOST_NUMBERS).join(', ')}, … (${data.length})`;

const showAttrs = (node: Node): string => {
  if (node.op === 'constant') return showNumbers(node.attrs.data);
  if (node.op === 'scan')
    return `length ${node.attrs.length}${node.attrs.keepEvery === 1 ? '' : `, keep every ${node.attrs.keepEvery}`}`;
  if (node.op === 'call') return node.attrs.name;
  if (node.op === 'reshape' || node.op === 'broadcastTo' || node.op === 'iota') return '';
  const text = attrsKey(node.attrs).replaceAll('"', '').slice(1, -1);
  return text.replaceAll(',', ', ').replaceAll(':', ' ');
};

const shortLine = (line: string): string => line.split(/[\\/]/).slice(-1)[0]!;

const printNodes = (graph: Graph, indent: string): readonly string[] => {
  const names = graph.nodes.map((_, id) => `%${id}`);
  graph.inputs.forEach((id, i) => {
    names[id] = inputName(graph, i);
  });
  let place = '';
  return graph.nodes.flatMap((node, id) => {
    if (node.op === 'input') return [];
    const here = [node.scope, shortLine(node.line)].filter((part) => part !== '').join('  ');
    const heading = here === place || here === '' ? [] : [`${indent}# ${here}`];
    place = here;
    const args = [...node.inputs.map((input) => names[input]!), showAttrs(node)].filter((part) => part !== '').join(', ');
    const line = `${indent}${names[id]} = ${node.op}(${args})  ${node.op === 'scan' ? '' : showShape(node.shape)}`.trimEnd();
    const body =
      node.op === 'scan' || node.op === 'call'
        ? [`${indent}  ${printHeader(node.attrs.body)}`, ...printNodes(node.attrs.body, `${indent}    `)]
        : [];
    return [...heading, line, ...body];
  });
};

const printHeader = (graph: Graph): string => {
  const inputs = graph.inputs.map(
    (id, i) => `${inputName(graph, i)} ${showShape(graph.nodes[id]!.shape)}${graph.population?.mapped[i] ? ' per member' : ''}`,
  );
  const outputs = graph.outputs.map((id) =>
    graph.nodes[id]!.op === 'input' ? inputName(graph, graph.inputs.indexOf(id)) : `%${id}`,
  );
  return `(${inputs.join(', ')}) → ${outputs.join(', ')}`;
};

/**
 * A graph as text: one line per node with its arguments and shape, under headings with module scope and source line; bodies
 * of scans indented.
 */
export const print = (graph: Graph): string => {
  const population = graph.population === undefined ? '' : `, ${graph.population.members} members`;
  return [`graph ${printHeader(graph)}${population}`, ...printNodes(graph, '  ')].join('\n');
};
