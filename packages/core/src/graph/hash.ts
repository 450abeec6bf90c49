import type { FloatArray } from '../ops/row.ts';
import type { Graph, Node } from './graph.ts';
import { attrsKey } from './simplify.ts';

/** Two independent 32-bit multiplicative hashes, together 53 bits as in "cyrb53" style mixing. */
const mix = (length: number, codeAt: (index: number) => number, seed: number): string => {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < length; i++) {
    const code = codeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (b >>> 0).toString(16).padStart(8, '0') + (a >>> 0).toString(16).padStart(8, '0');
};

const hash = (length: number, codeAt: (index: number) => number): string =>
  mix(length, codeAt, 0) + mix(length, codeAt, 0x9e3779b9);

/** What counts of the attributes, the bodies of scans and calls by their hashes. */
const attrsOf = (node: Node): object => {
  if (node.op === 'scan') return { ...node.attrs, body: hashGraph(node.attrs.body) };
  return node.op === 'call' ? { body: hashGraph(node.attrs.body) } : node.attrs;
};

const describe = (node: Node): string => {
  if (node.op === 'input') return `input ${node.shape.join()}`;
  const attrs = attrsOf(node);
  return `${node.op} ${node.inputs.join()} ${Object.keys(attrs).length === 0 ? '' : attrsKey(attrs)}`;
};

const known = new WeakMap<Graph, string>();

/**
 * A 128-bit hash of what a graph computes: equal for graphs traced twice from the same code. Names, scopes and source lines
 * do not change what it computes and are left out.
 */
export const hashGraph = (graph: Graph): string => {
  const before = known.get(graph);
  if (before !== undefined) return before;
  const { nodes, inputs, outputs, population } = graph;
  const members = population === undefined ? '' : `${population.members} ${population.mapped.join()}`;
  const text = [...nodes.map(describe), inputs.join(), outputs.join(), members].join('\n');
  const found = hash(text.length, (i) => text.charCodeAt(i));
  known.set(graph, found);
  return found;
};

/** A 128-bit hash of the bits of some arrays, their lengths included. */
export const hashNumbers = (arrays: readonly FloatArray[]): string => {
  const words = arrays.map(({ buffer, byteOffset, byteLength }) => new Int32Array(buffer, byteOffset, byteLength / 4));
  const text = words.map((each) => `${each.length} ${hash(each.length, (i) => each[i]!)}`).join(' ');
  return hash(text.length, (i) => text.charCodeAt(i));
};
