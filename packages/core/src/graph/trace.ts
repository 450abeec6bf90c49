import { ArgumentError, GraphError } from '../errors.ts';
import { inNewLevel, isActive, type TraceLevel } from '../tensor/level.ts';
import { withLine, withStartingLine } from '../tensor/provenance.ts';
import type { Shape } from '../tensor/shape.ts';
import { isTensor, makeTensor, type Tensor } from '../tensor/tensor.ts';
import { GRAPH_VERSION, type Graph, type Node } from './graph.ts';

/** One input of a traced function. */
export interface InputSpec {
  readonly name: string;
  readonly shape: Shape;
}

/** A traced graph and the tensors of the surrounding trace that its function captured (they are its last inputs). */
export interface Trace {
  readonly graph: Graph;
  readonly captured: readonly Tensor[];
}

const asNode = (tensor: Tensor, inputs: readonly number[]): Node =>
  ({ op: tensor.op, inputs, attrs: tensor.attrs, shape: tensor.shape, scope: tensor.scope, line: tensor.line }) as Node;

/** Walks back from the outputs without recursion, so that long chains do not overflow the stack. */
const collect = (inputs: readonly Tensor[], outputs: readonly Tensor[], level: TraceLevel): Trace => {
  const nodes: Node[] = [];
  const ids = new Map<Tensor, number>();
  const captured: Tensor[] = [];
  const capturedIds: number[] = [];
  const add = (tensor: Tensor, node: Node): number => {
    ids.set(tensor, nodes.length);
    return nodes.push(node) - 1;
  };
  const inputIds = inputs.map((input) => add(input, asNode(input, [])));
  const isForeign = (tensor: Tensor): boolean => tensor.level !== level && tensor.op !== 'constant';
  const capture = (tensor: Tensor): void => {
    if (!isActive(tensor.level) || tensor.level.depth === 0) {
      throw new GraphError(
        `A tensor (${tensor}${tensor.scope === '' ? '' : ` from module "${tensor.scope}"`}) was made in "${tensor.level.name}" and used in "${level.name}" after that trace had ended. Pass its value as an input instead.`,
      );
    }
    const name = `captured${captured.length}`;
    captured.push(tensor);
    const node = {
      op: 'input',
      inputs: [],
      attrs: { name, shape: tensor.shape },
      shape: tensor.shape,
      scope: tensor.scope,
      line: tensor.line,
    } as Node;
    capturedIds.push(add(tensor, node));
  };
  const pending: Tensor[] = [...outputs].reverse();
  while (pending.length > 0) {
    const tensor = pending[pending.length - 1]!;
    if (ids.has(tensor)) {
      pending.pop();
    } else if (isForeign(tensor)) {
      capture(tensor);
      pending.pop();
    } else {
      const found = pending.length;
      for (let i = tensor.inputs.length - 1; i >= 0; i--) if (!ids.has(tensor.inputs[i]!)) pending.push(tensor.inputs[i]!);
      if (pending.length > found) continue;
      const read = tensor.inputs.map((input) => ids.get(input)!);
      add(tensor, asNode(tensor, read));
      pending.pop();
    }
  }
  const graph: Graph = {
    version: GRAPH_VERSION,
    nodes,
    inputs: [...inputIds, ...capturedIds],
    outputs: outputs.map((output) => ids.get(output)!),
  };
  return { graph, captured };
};

/**
 * Runs `f` on symbolic inputs and returns what it computed as a graph. Tensors of a surrounding trace may be used inside:
 * they become further inputs, listed in `captured`.
 */
export const traceWithCaptures = (
  name: string,
  specs: readonly InputSpec[],
  f: (...inputs: Tensor[]) => readonly Tensor[],
): Trace =>
  inNewLevel(name, (level) =>
    withStartingLine((line) => {
      const inputs = withLine(line, () => specs.map((spec) => makeTensor('input', [], spec)));
      const outputs = f(...inputs);
      if (!Array.isArray(outputs) || !outputs.every(isTensor))
        throw new ArgumentError(
          `The function given to ${name} must return tensors${Array.isArray(outputs) ? '' : ' in an array'}.`,
        );
      return collect(inputs, outputs, level);
    }),
  );

/** Traces a function of named inputs to a graph. */
export const trace = (
  specs: readonly InputSpec[],
  f: (...inputs: Tensor[]) => readonly Tensor[],
  name: string = 'trace',
): Graph => {
  const { graph, captured } = traceWithCaptures(name, specs, f);
  if (captured.length > 0)
    throw new GraphError(`The function "${name}" uses ${captured[0]} of another trace. Pass it as an input instead.`);
  return graph;
};
