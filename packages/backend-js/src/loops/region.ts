import {
  axesOf,
  fixed,
  offsetOf,
  plus,
  sizeOf,
  variable,
  type Affine,
  type Index,
  type NodeOf,
  type Region,
} from '@nalu/core/graph';
import { laneIndices, layoutOf, loopVariable, reducedIndices, type Form } from '@nalu/core/loops';
import type { Settings } from './settings.ts';
import { compute, folds } from './maps.ts';
import { Nest, openLoop, showAffine, type Operand } from './nest.ts';
import { ACCUMULATORS, at, plainPlace, read, remember, type MemoryPlace, type Place, type Scope } from './values.ts';

type MapForm = Extract<Form, { kind: 'map' }>;
type AccumulateForm = Extract<Form, { kind: 'accumulate' }>;

const store = (lines: string[], place: Place | undefined, index: Index, code: string): void => {
  if (place?.kind === 'memory') lines.push(`${at(place, offsetOf(index))} = ${code};`);
};

const writeMap = (scope: Scope, nest: Nest, id: number, form: MapForm): void => {
  const { shape } = scope.plan.graph.nodes[id]!;
  const operands = nest.points.flatMap((point) =>
    laneIndices(shape, form.layout, point).map((index) => {
      const operand = compute(scope, nest, id, index);
      remember(scope, nest, id, index, operand);
      store(nest.before[nest.innermost]!, scope.places.get(id), index, operand.code);
      return operand;
    }),
  );
  if (scope.plan.homes.get(id)?.kind === 'locals')
    scope.places.set(id, { kind: 'locals', names: operands.map(({ code }) => code) });
};

/** One accumulated element: where it starts, what is added at each point, and what is done with the total. */
interface Accumulation {
  readonly start: string;
  readonly step: (total: string) => string;
  readonly exact: boolean;
}

const reductionStep = (
  scope: Scope,
  nest: Nest,
  node: NodeOf<'sum' | 'prod' | 'reduceMin' | 'reduceMax'>,
  index: Index,
  reducedLoops: readonly Affine[],
): Accumulation => {
  const { axes } = node.attrs;
  const { shape } = scope.plan.graph.nodes[node.inputs[0]!]!;
  const over = layoutOf(shape, scope.program.settings);
  const elements = reducedIndices(shape, index, axes, over.loops, reducedLoops);
  const operands = elements.map((element) => read(scope, nest, node.inputs[0]!, element));
  const { start, step, exact } = folds[node.op];
  return { start, exact, step: (total) => operands.reduce((code, operand) => step(code, operand.code), total) };
};

const matmulStep = (scope: Scope, nest: Nest, node: NodeOf<'matmul'>, index: Index, inner: Affine): Accumulation => {
  const own = axesOf(index);
  const batch = own.slice(0, -2);
  const [row, column] = [own.at(-2)!, own.at(-1)!];
  const { transposeA, transposeB } = node.attrs;
  const [a, b] = node.inputs.map((input, i): Operand => {
    const pair = i === 0 ? [row, inner] : [inner, column];
    const swapped = i === 0 ? transposeA : transposeB;
    return read(scope, nest, input, {
      shape: scope.plan.graph.nodes[input]!.shape,
      axes: [...batch, ...(swapped ? pair.reverse() : pair)],
    });
  });
  return { start: '0', exact: false, step: (total) => `${total} + ${a!.code} * ${b!.code}` };
};

/** Kept loops outside every reduced one: the depth at which a variable can hold the total. */
const outerKept = ({ space, reduced }: AccumulateForm): number => Math.min(...reduced, space.length);

const writeAccumulation = (scope: Scope, nest: Nest, id: number, form: AccumulateForm): void => {
  const { program, plan } = scope;
  const node = plan.graph.nodes[id]!;
  const kept = form.space.map((_, k) => k).filter((k) => !form.reduced.includes(k));
  const depth = outerKept(form);
  const inside = kept.filter((k) => k > depth);
  const innermost = nest.before[nest.innermost]!;
  const plain = form.space.map((length, k) => variable(loopVariable(k), length));
  const keptOf = (point: readonly Affine[]): readonly Affine[] => kept.map((k) => point[k]!);
  const stepAt = (index: Index, point: readonly Affine[]): Accumulation =>
    node.op === 'matmul'
      ? matmulStep(scope, nest, node, index, point[form.reduced[0]!]!)
      : reductionStep(scope, nest, node as NodeOf<'sum'>, index, point);
  const finish = (total: string, exact: boolean): string => (exact ? total : program.numbers.round(total));
  const place = scope.places.get(id);
  const names: string[] = [];
  laneIndices(node.shape, form.layout, keptOf(plain)).forEach((plainIndex, lane) => {
    const steps = nest.points.map((point) => ({
      point,
      ...stepAt(laneIndices(node.shape, form.layout, keptOf(point))[lane]!, point),
    }));
    const { start, exact } = steps[0]!;
    if (inside.length === 0) {
      const total = nest.name('a');
      nest.before[depth]!.push(`let ${total} = ${start};`);
      for (const { step } of steps) innermost.push(`${total} = ${step(total)};`);
      const result = nest.name('v');
      nest.after[depth]!.push(`const ${result} = ${finish(total, exact)};`);
      store(nest.after[depth]!, place, plainIndex, result);
      names.push(result);
      return;
    }
    // A kept loop lies inside a reduced one: totals are kept in an array, one per point of those loops.
    const lengths = inside.map((k) => form.space[k]!);
    const first = nest.accumulators(sizeOf(lengths));
    const totalAt = (point: readonly Affine[]): string => {
      const offset = plus(offsetOf({ shape: lengths, axes: inside.map((k) => point[k]!) }), fixed(first));
      return `${ACCUMULATORS}[${showAffine(offset)}]`;
    };
    nest.before[depth]!.push(`${ACCUMULATORS}.fill(${start}, ${first}, ${first + sizeOf(lengths)});`);
    for (const { point, step } of steps) innermost.push(`${totalAt(point)} = ${step(totalAt(point))};`);
    const open = inside.map((k) => openLoop(loopVariable(k), form.space[k]!));
    const body: string[] = [];
    store(body, place, plainIndex, finish(totalAt(plain), exact));
    nest.after[depth]!.push(...open, ...body, ...open.map(() => '}'));
  });
  if (plan.homes.get(id)?.kind === 'locals') scope.places.set(id, { kind: 'locals', names });
};

/** How many neighbouring points are written side by side: as many as the settings say, where the loop is long and even. */
const widthOf = ({ space }: MapForm | AccumulateForm, { width }: Settings): number => {
  const last = space.at(-1) ?? 1;
  return last % width === 0 && last > width ? width : 1;
};

/** Writes a region as one loop nest. */
export const writeRegion = (scope: Scope, region: Region): readonly string[] => {
  const { forms } = scope.plan;
  const first = forms[region.nodes[0]!] as MapForm | AccumulateForm;
  const nest = new Nest(first.space, scope.program.namer, widthOf(first, scope.program.settings));
  for (const id of region.nodes) {
    const form = forms[id]!;
    if (form.kind === 'map') writeMap(scope, nest, id, form);
    else if (form.kind === 'accumulate') writeAccumulation(scope, nest, id, form);
  }
  scope.program.accumulators(nest.accumulatorCount);
  return nest.lines();
};

/** Writes a loop nest that copies a value, element by element, to where `target` says. */
export const writeElements = (scope: Scope, id: number, target: (index: Index) => string): readonly string[] => {
  const { shape } = scope.plan.graph.nodes[id]!;
  const layout = layoutOf(shape, scope.program.settings);
  const nest = new Nest(
    layout.loops.map((axis) => shape[axis]!),
    scope.program.namer,
  );
  for (const index of laneIndices(shape, layout, nest.points[0]!)) {
    const { code } = read(scope, nest, id, index);
    nest.before[nest.innermost]!.push(`${target(index)} = ${code};`);
  }
  return nest.lines();
};

/** From so many numbers on, a block copy is faster than a loop. */
const BLOCK = 64;

/** Copies a whole value: outputs, carries, stacked outputs. Inside a loop of steps nothing is allocated, not even a view. */
export const writeCopy = (scope: Scope, id: number, target: MemoryPlace): readonly string[] => {
  const size = sizeOf(scope.plan.graph.nodes[id]!.shape);
  const source = size >= BLOCK ? plainPlace(scope, id) : undefined;
  if (source === undefined) return writeElements(scope, id, (index) => at(target, offsetOf(index)));
  const [from, to, at0] = [source.base, plus(source.base, fixed(size)), target.base].map(showAffine);
  if (source.array === target.array) return [`${target.array}.copyWithin(${at0}, ${from}, ${to});`];
  if (scope.isBody) return writeElements(scope, id, (index) => at(target, offsetOf(index)));
  return [`${target.array}.set(${source.array}.subarray(${from}, ${to}), ${at0});`];
};
