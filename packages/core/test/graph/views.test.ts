import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interpret } from '../../src/backend/interpret.ts';
import { trace } from '../../src/graph/trace.ts';
import {
  axesOf,
  fixed,
  isView,
  offsetOf,
  quotient,
  remainder,
  throughView,
  variable,
  type Affine,
  type Index,
} from '../../src/graph/views.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { sizeOf } from '../../src/tensor/shape.ts';

/** The number that an index stands for when its variables have these values. */
const valueOf = ({ constant, terms }: Affine, values: ReadonlyMap<string, number>): number =>
  terms.reduce((total, { atom, factor }) => {
    const value = atom.kind === 'variable' ? values.get(atom.key)! : valueOf(atom.of, values);
    return (
      total +
      factor * (atom.kind === 'variable' ? value : atom.kind === 'quotient' ? Math.floor(value / atom.by) : value % atom.by)
    );
  }, constant);

const divisors = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);

const steps: readonly ((x: Tensor, choice: number) => Tensor)[] = [
  (x, choice) => {
    const options = divisors(x.size);
    const first = options[choice % options.length]!;
    return x.reshape([first, x.size / first]);
  },
  (x) => x.reshape([x.size]),
  (x) => (x.rank < 2 ? x : x.transpose()),
  (x) => (x.size > 200 ? x : x.reshape([1, ...x.shape]).broadcastTo([2, ...x.shape])),
  (x, choice) =>
    x.slice(
      x.shape.map((length) => choice % Math.max(1, length - 1)),
      x.shape,
    ),
  (x) => x.stopGradient(),
];

it('follows every element through any chain of views to where it lies', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(20)), { minLength: 1, maxLength: 7 }), (chain) => {
      const graph = trace([{ name: 'x', shape: [4, 6] }], (x) => [
        chain.reduce((y, [step, choice]) => steps[step]!(y, choice), x),
      ]);
      const [output] = graph.outputs as readonly [number];
      const { shape } = graph.nodes[output]!;
      const data = Float64Array.from({ length: 24 }, (_, i) => i);
      const [expected] = interpret(graph, [data]);
      let id = output;
      let index: Index = { shape, axes: shape.map((length, axis) => variable(`i${axis}`, length)) };
      for (let node = graph.nodes[id]!; isView(node); node = graph.nodes[id]!) {
        [id] = node.inputs as [number];
        index = throughView(node, index, graph.nodes[id]!.shape);
      }
      expect(graph.nodes[id]!.op).toBe('input');
      for (let element = 0; element < sizeOf(shape); element++) {
        let rest = element;
        const values = new Map<string, number>();
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          values.set(`i${axis}`, rest % shape[axis]!);
          rest = Math.floor(rest / shape[axis]!);
        }
        expect(valueOf(offsetOf(index), values)).toBe(expected![element]);
        const [row, column] = axesOf(index).map((affine) => valueOf(affine, values));
        expect(row! * 6 + column!).toBe(expected![element]);
      }
    }),
  );
});

it('divides without quotients where the parts divide evenly', () => {
  const [i, j] = [variable('i', 5), variable('j', 4)];
  const offset = offsetOf({ shape: [5, 4], axes: [i, j] });
  expect(quotient(offset, 4)).toEqual(i);
  expect(remainder(offset, 4)).toEqual(j);
  expect(remainder(offset, 1)).toEqual(fixed(0));
  expect(quotient(offset, 3).terms.some(({ atom }) => atom.kind === 'quotient')).toBe(true);
});
