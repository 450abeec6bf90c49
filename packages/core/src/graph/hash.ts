import type { FloatArray } from '../ops/row.ts';
import type { Graph } from './graph.ts';
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

/** Names, scopes and source lines do not change what a graph computes and are left out. */
const structure = (graph: Graph): string =>
  attrsKey({
    nodes: graph.nodes.map((node) => {
      if (node.op === 'input') return ['input', node.shape];
      if (node.op === 'scan') return ['scan', node.inputs, { ...node.attrs, body: structure(node.attrs.body) }];
      if (node.op === 'call') return ['call', node.inputs, structure(node.attrs.body)];
      return [node.op, node.inputs, node.attrs];
    }),
    inputs: graph.inputs,
    outputs: graph.outputs,
    population: graph.population ?? null,
  });

/** A 128-bit hash of what a graph computes: equal for graphs traced twice from the same code. */
export const hashGraph = (graph: Graph): string => {
  const text = structure(graph);
  return hash(text.length, (i) => text.charCodeAt(i));
};

/** A 128-bit hash of the bits of some arrays, their lengths included. */
export const hashNumbers = (arrays: readonly FloatArray[]): string => {
  const words = arrays.map(({ buffer, byteOffset, byteLength }) => new Int32Array(buffer, byteOffset, byteLength / 4));
  const text = words.map((each) => `${each.length} ${hash(each.length, (i) => each[i]!)}`).join(' ');
  return hash(text.length, (i) => text.charCodeAt(i));
};
