import type { FloatArray } from '../ops/row.ts';
import type { Graph, Node } from './graph.ts';
import { attrsKey } from './simplify.ts';

/** Two independent 32-bit multiplicative hashes, together 53 bits as in "cyrb53" style mixing. */
const mix = (words: Int32Array, seed: number): string => {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i]!, 2654435761);
    b = Math.imul(b ^ words[i]!, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (b >>> 0).toString(16).padStart(8, '0') + (a >>> 0).toString(16).padStart(8, '0');
};

const hash = (words: Int32Array): string => mix(words, 0) + mix(words, 0x9e3779b9);

const hashText = (text: string): string => {
  const codes = new Int32Array(text.length);
  for (let i = 0; i < text.length; i++) codes[i] = text.charCodeAt(i);
  return hash(codes);
};

/** What counts of the attributes, the bodies of scans and calls by a name. */
const attrsOf = (node: Node, nameOf: (body: Graph) => string): object => {
  if (node.op === 'scan') return { ...node.attrs, body: nameOf(node.attrs.body) };
  return node.op === 'call' ? { body: nameOf(node.attrs.body) } : node.attrs;
};

/** What a graph computes, as text. Names, scopes and source lines do not change that and are left out. */
const describe = ({ nodes, inputs, outputs, population }: Graph, nameOf: (body: Graph) => string): string => {
  const line = (node: Node): string =>
    node.op === 'input' ? `input ${node.shape.join()}` : `${node.op} ${node.inputs.join()} ${attrsKey(attrsOf(node, nameOf))}`;
  const members = population === undefined ? '' : `${population.members} ${population.mapped.join()}`;
  return [...nodes.map(line), inputs.join(), outputs.join(), members].join('\n');
};

const remembered = (nameOf: (graph: Graph) => string): ((graph: Graph) => string) => {
  const known = new WeakMap<Graph, string>();
  return (graph) => {
    const name = known.get(graph) ?? nameOf(graph);
    known.set(graph, name);
    return name;
  };
};

/**
 * A 128-bit hash of what a graph computes: equal for graphs traced twice from the same code. Names, scopes and source lines
 * do not change what it computes and are left out.
 */
export const hashGraph: (graph: Graph) => string = remembered((graph) => hashText(describe(graph, hashGraph)));

/** Characters. Longer text, as of a large constant, is not kept for the sake of some microseconds. */
const LONGEST_KEY = 100_000;

/** The same for caches: as text, which an engine hashes faster than any code of ours that runs for the first time. */
export const graphKey: (graph: Graph) => string = remembered((graph) => {
  const text = describe(graph, graphKey);
  return text.length > LONGEST_KEY ? hashText(text) : text;
});

/** A 128-bit hash of the bits of some arrays, their lengths included. */
export const hashNumbers = (arrays: readonly FloatArray[]): string => {
  const words = arrays.map(({ buffer, byteOffset, byteLength }) => new Int32Array(buffer, byteOffset, byteLength / 4));
  return hashText(words.map((each) => `${each.length} ${hash(each)}`).join(' '));
};
