import {
  fixed,
  offsetOf,
  plus,
  sizeOf,
  variable,
  type Affine,
  type Index,
  type Node,
  type NodeOf,
  type OpName,
} from '@nalu/core/graph';
import { insertAxes } from '@nalu/core/loops';
import { writeMatmul } from './matmul.ts';
import { showAffine } from './nest.ts';
import { writeRandom } from './random.ts';
import { writeElements } from './region.ts';
import { ACCUMULATORS, at, elementText, type MemoryPlace, type Scope } from './values.ts';

type AloneRule<K extends OpName> = (scope: Scope, node: NodeOf<K>, place: MemoryPlace) => readonly string[];

const shapeOf = (scope: Scope, node: { readonly inputs: readonly number[] }, i: number): readonly number[] =>
  scope.plan.graph.nodes[node.inputs[i]!]!.shape;

/** An element of the result, at an index that is shifted from the index of a part. */
const shifted = (place: MemoryPlace, shape: readonly number[], index: Index, shift: readonly number[]): string =>
  at(place, offsetOf({ shape, axes: index.axes!.map((affine, axis) => plus(affine, fixed(shift[axis]!))) }));

/** Loops over all axes but one; `body` gets the position on the others. */
const overOthers = (
  shape: readonly number[],
  axis: number,
  body: (kept: readonly Affine[]) => readonly string[],
): readonly string[] => {
  const kept = shape.flatMap((length, each) => (each === axis ? [] : [length === 1 ? fixed(0) : variable(`b${each}`, length)]));
  const open = shape.flatMap((length, each) =>
    each === axis || length === 1 ? [] : [`for (let b${each} = 0; b${each} < ${length}; b${each}++) {`],
  );
  return [...open, ...body(kept), ...open.map(() => '}')];
};

const rules: { readonly [K in OpName]?: AloneRule<K> } = {
  matmul: writeMatmul,
  randomUniform: writeRandom,
  concat: (scope, node, place) => {
    const { axis } = node.attrs;
    let start = 0;
    return node.inputs.flatMap((input, part) => {
      const shift = node.shape.map((_, each) => (each === axis ? start : 0));
      start += shapeOf(scope, node, part)[axis]!;
      return writeElements(scope, input, (index) => shifted(place, node.shape, index, shift));
    });
  },
  pad: (scope, node, place) => {
    const { before, value } = node.attrs;
    const from = showAffine(place.base);
    const to = showAffine(plus(place.base, fixed(sizeOf(node.shape))));
    const fill = `${place.array}.fill(${scope.program.numbers.literal(value)}, ${from}, ${to});`;
    return [fill, ...writeElements(scope, node.inputs[0]!, (index) => shifted(place, node.shape, index, before))];
  },
  argmax: (scope, node, place) => {
    const { axis } = node.attrs;
    const shape = shapeOf(scope, node, 0);
    const element = (kept: readonly Affine[], position: Affine): string =>
      elementText(scope, node.inputs[0]!, insertAxes(shape, kept, [axis], [position]));
    return overOthers(shape, axis, (kept) => [
      '{',
      `let best = 0, leader = ${element(kept, fixed(0))};`,
      `for (let k = 1; k < ${shape[axis]}; k++) {`,
      `const x = ${element(kept, variable('k', shape[axis]!))};`,
      'if (x > leader || (x !== x && leader === leader)) { best = k; leader = x; }',
      '}',
      `${at(place, offsetOf({ shape: node.shape, axes: kept }))} = best;`,
      '}',
    ]);
  },
  exclusiveProd: (scope, node, place) => {
    const { axis } = node.attrs;
    const length = node.shape[axis]!;
    scope.program.accumulators(length);
    const k = variable('k', length);
    return overOthers(node.shape, axis, (kept) => {
      const index = insertAxes(node.shape, kept, [axis], [k]);
      const element = elementText(scope, node.inputs[0]!, index);
      return [
        '{',
        'let product = 1;',
        `for (let k = 0; k < ${length}; k++) { ${ACCUMULATORS}[k] = product; product *= ${element}; }`,
        'product = 1;',
        `for (let k = ${length - 1}; k >= 0; k--) { ${at(place, offsetOf(index))} = ${scope.program.numbers.round(`${ACCUMULATORS}[k] * product`)}; product *= ${element}; }`,
        '}',
      ];
    });
  },
};

/** Writes a node that is a step of its own. */
export const writeAlone = (scope: Scope, node: Node, place: MemoryPlace): readonly string[] => {
  const rule = rules[node.op] as AloneRule<OpName> | undefined;
  if (rule === undefined) throw new Error(`The loop generator has no rule for ${node.op}.`);
  return rule(scope, node as unknown as NodeOf<OpName>, place);
};
