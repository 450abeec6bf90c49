import type { Precision, DeviceBuffer } from '../backend/contract.ts';
import { interpret, plainGraph } from '../backend/interpret.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { FloatArray } from '../ops/row.ts';
import type { StateLayout } from './recipe.ts';
import type { StepGraph } from './stepGraph.ts';

/** Where the first NaN or infinity of a training run came from. */
export interface NonFinite {
  readonly op: string;
  /** Path of module scopes. */
  readonly scope: string;
  /** Source line, where stacks are available. */
  readonly line: string;
  /** Global index of the member. */
  readonly member: number;
  /** Steps that were done before the one that failed. */
  readonly step: number;
  readonly value: number;
  /** All of it as a sentence. */
  readonly message: string;
}

/** The training state of all members at one step. */
interface Moment {
  readonly leaves: readonly DeviceBuffer[];
  readonly steps: number;
}

export interface NonFiniteSearch {
  readonly stepGraph: StepGraph;
  readonly layout: StateLayout;
  readonly precision: Precision;
  readonly population: number;
  readonly firstMember: number;
  /** Values of the fixed inputs. */
  readonly fixed: readonly FloatArray[];
  readonly start: Moment;
  /** Steps at which some members end, ascending: no loop goes beyond one of them, and the search ends with the last. */
  readonly ends: readonly number[];
  forward(from: Moment, length: number): Promise<Moment>;
  read(leaves: readonly DeviceBuffer[]): Promise<readonly FloatArray[]>;
  release(leaves: readonly DeviceBuffer[]): void;
}

const isBad = (values: FloatArray): boolean => values.some((value) => !Number.isFinite(value));

const memberPart = (values: FloatArray, member: number, population: number): FloatArray => {
  const size = values.length / population;
  return values.subarray(member * size, (member + 1) * size);
};

const badMember = (state: readonly FloatArray[], population: number): number | undefined =>
  Array.from({ length: population }, (_, i) => i).find((i) => state.some((values) => isBad(memberPart(values, i, population))));

/** From a value that is not finite back to the op that made it from finite ones. */
const origin = (graph: Graph, values: ReadonlyMap<number, FloatArray>): number | undefined => {
  let at = graph.outputs.find((id) => isBad(values.get(id)!));
  for (;;) {
    const before: number | undefined =
      at === undefined ? undefined : graph.nodes[at]!.inputs.find((id) => isBad(values.get(id)!));
    if (before === undefined) return at;
    at = before;
  }
};

const describe = (node: Node, value: number, member: number, step: number): string => {
  const place = [node.scope === '' ? '' : ` in module "${node.scope}"`, node.line === '' ? '' : ` (${node.line})`].join('');
  const made = node.op === 'input' ? `the input "${node.attrs.name}" holds` : `${node.op}${place} gave`;
  return `In step ${step + 1} of member ${member}, ${made} ${value} from finite numbers.`;
};

/** Steps of the first loops, a power of 4. */
const LONGEST = 4 ** 6;

/**
 * Trains again on the device with shorter and shorter loops until the step is found after which a member's state is not
 * finite, runs that step on the host, node by node, and follows the bad value back to the op that made it.
 *
 * @returns undefined when every member stays finite up to `end`.
 */
export const findNonFinite = async (search: NonFiniteSearch): Promise<NonFinite | undefined> => {
  const { stepGraph, population, firstMember, precision, start, ends, fixed } = search;
  let moment = start;
  let state = await search.read(moment.leaves);
  let member = badMember(state, population);
  let length = LONGEST;
  while (member === undefined) {
    const end = ends.find((step) => step > moment.steps);
    if (end === undefined) return undefined;
    if (ends.includes(moment.steps)) length = LONGEST;
    while (moment.steps + length > end) length /= 4;
    const next = await search.forward(moment, length);
    const after = await search.read(next.leaves);
    const bad = badMember(after, population);
    search.release(bad === undefined ? moment.leaves : next.leaves);
    if (bad === undefined) {
      moment = next;
      state = after;
    } else if (length === 1) {
      member = bad;
    } else {
      length /= 4;
    }
  }
  const failing = member;
  const graph = plainGraph(stepGraph.graph);
  const inputs = [
    ...state.map((values) => memberPart(values, failing, population)),
    ...stepGraph.fixed.map(({ mapped }, i) => (mapped ? memberPart(fixed[i]!, failing, population) : fixed[i]!)),
  ];
  const ids = new Map(graph.nodes.map((node, id) => [node, id]));
  const values = new Map<number, FloatArray>();
  interpret(graph, inputs, {
    precision,
    onNode: ({ node, steps }, value) => {
      const id = ids.get(node);
      if (steps.length === 0 && id !== undefined) values.set(id, value);
    },
  });
  const id = origin(graph, values);
  const globalMember = firstMember + failing;
  if (id === undefined) {
    const message = `Step ${moment.steps + 1} of member ${globalMember} gave a number that is not finite on the device, but a finite one on the host: it is at the edge of the range of ${precision}.`;
    return { op: 'unknown', scope: '', line: '', member: globalMember, step: moment.steps, value: NaN, message };
  }
  const node = graph.nodes[id]!;
  const value = values.get(id)!.find((each) => !Number.isFinite(each))!;
  return {
    op: node.op,
    scope: node.scope,
    line: node.line,
    member: globalMember,
    step: moment.steps,
    value,
    message: describe(node, value, globalMember, moment.steps),
  };
};
