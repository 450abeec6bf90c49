import { axesOf, offsetOf, variable as indexVariable, type MatmulSizes } from '@nalu/core/graph';
import type { Kernel, KernelPlan, MatmulStep, ScanStep, Segment, Statement } from '@nalu/core/kernels';
import { isWhole, placeOf, type LoopTerm, type Place, type RowLimit, type Variable } from './places.ts';

export interface KernelCommand {
  readonly kind: 'kernel';
  readonly kernel: Kernel;
  /** Where the values lie that the kernel names. */
  readonly places: readonly Place[];
  /** How many loops surround it. */
  readonly loops: number;
}

/** A matrix product by a library. Its operands and its result are whole variables. */
export interface MatmulCommand {
  readonly kind: 'matmul';
  readonly a: Variable;
  readonly b: Variable;
  readonly out: Variable;
  readonly sizes: MatmulSizes;
  /** Length of the inner axis of B in memory, zeros behind k. */
  readonly paddedK: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export interface LoopCommand {
  readonly kind: 'loop';
  readonly length: number;
  readonly body: readonly Command[];
}

export type Command = KernelCommand | MatmulCommand | LoopCommand;

/** A copy between the buffer of an input or output of the graph and a variable, before the first or after the last command. */
export interface Transfer {
  /** Position among the inputs or outputs. */
  readonly index: number;
  readonly variable: Variable;
  readonly start: number;
  readonly elements: number;
}

/** A plan as commands over variables. */
export interface Program {
  readonly variables: readonly Variable[];
  readonly commands: readonly Command[];
  /** Initial carries of loops that are inputs of the graph, and final ones that are outputs. */
  readonly incoming: readonly Transfer[];
  readonly outgoing: readonly Transfer[];
  /** Variables of the graph's inputs and outputs. */
  readonly inputs: readonly Variable[];
  readonly outputs: readonly Variable[];
  /** When the last command runs; outputs live beyond it. */
  readonly end: number;
}

/**
 * The library's kernels read B in blocks of this many rows and multiply what lies behind it by zero, which is NaN where
 * another matrix's infinities and NaNs lie there. B is therefore padded with zeros to a multiple.
 */
const INNER_BLOCK = 32;

/** A value to be copied; the segment reads it as `v`. */
interface Pair {
  readonly from: Place;
  readonly to: Place;
  readonly segment: Segment;
}

class Builder {
  readonly variables: Variable[] = [];
  /** Whether values that a library uses may have buffers of their own. */
  readonly #alone: boolean;
  readonly incoming: Transfer[] = [];
  readonly outgoing: Transfer[] = [];
  /** Commands so far; before the first it is 0. */
  time = 0;

  constructor(alone: boolean) {
    this.#alone = alone;
  }

  variable(size: number, kind: Variable['kind'], extra: Pick<Variable, 'index' | 'data'> = {}): Variable {
    const created: Variable = { id: this.variables.length, size, kind, ...extra, alone: false, first: Infinity, last: -Infinity };
    this.variables.push(created);
    return created;
  }

  touch(variable: Variable, time: number = this.time): void {
    variable.first = Math.min(variable.first, time);
    variable.last = Math.max(variable.last, time);
  }

  /** Where the values of a plan lie, given where its inputs and outputs do. */
  placesOf(plan: KernelPlan, inputs: readonly Place[], outputs: readonly Place[]): Place[] {
    return plan.values.map(({ size, origin }) => {
      if (origin.kind === 'input') return inputs[origin.index]!;
      if (origin.kind === 'output') return outputs[origin.index]!;
      if (origin.kind === 'temporary') return placeOf(this.variable(size, 'temporary'));
      return placeOf(this.variable(size, 'constant', { data: origin.data }));
    });
  }

  commands(plan: KernelPlan, places: Place[], loops: number): readonly Command[] {
    return plan.steps.flatMap((step): readonly Command[] => {
      if (step.kind === 'kernel') return [this.#kernel(step.kernel, places, loops)];
      return step.kind === 'matmul' ? this.#matmul(step, places, loops) : this.#scan(step, places, loops);
    });
  }

  #kernel(kernel: Kernel, places: readonly Place[], loops: number): KernelCommand {
    this.time++;
    const written = kernel.segments.flatMap(({ writes }) => writes.map(({ value }) => value));
    for (const value of [...kernel.reads, ...written]) this.touch(places[value]!.variable);
    return { kind: 'kernel', kernel, places, loops };
  }

  /** One kernel of copies: sources and targets are whole values of these sizes. */
  #copies(pairs: readonly Pair[], loops: number): readonly Command[] {
    const filled = pairs.filter(({ segment }) => segment.size > 0);
    if (filled.length === 0) return [];
    const places = filled.flatMap(({ from, to }) => [from, to]);
    const segments = filled.map(({ segment: { size, body } }, i) => ({
      size,
      body: body.map((statement): Statement => (statement.kind === 'read' ? { ...statement, from: i } : statement)),
      writes: [{ value: 2 * i + 1, from: 'v' }],
    }));
    return [this.#kernel({ reads: filled.map((_, i) => 2 * i), segments, ops: [] }, places, loops)];
  }

  #scratch(size: number): Variable {
    const scratch = this.variable(size, 'temporary');
    scratch.alone = true;
    return scratch;
  }

  /** A variable that a library may use whole: the value's own if possible. */
  #whole(place: Place, size: number): Variable {
    const { variable } = place;
    if (!this.#alone || variable.kind === 'constant' || !isWhole(place, size)) return this.#scratch(size);
    variable.alone = true;
    return variable;
  }

  #matmul({ a, b, out, sizes, transposeA, transposeB }: MatmulStep, places: readonly Place[], loops: number): readonly Command[] {
    const { batch, m, n, k } = sizes;
    const paddedK = Math.ceil(k / INNER_BLOCK) * INNER_BLOCK;
    const own = this.#whole(places[a]!, batch * m * k);
    const other = paddedK === k ? this.#whole(places[b]!, batch * k * n) : this.#scratch(batch * paddedK * n);
    const result = this.#whole(places[out]!, batch * m * n);
    const copies = [
      ...(own === places[a]!.variable ? [] : [{ from: places[a]!, to: placeOf(own), segment: copySegment(own.size) }]),
      ...(other === places[b]!.variable
        ? []
        : [{ from: places[b]!, to: placeOf(other), segment: paddedSegment(sizes, paddedK, transposeB) }]),
    ];
    const before = this.#copies(copies, loops);
    this.time++;
    for (const each of [own, other, result]) this.touch(each);
    const command: MatmulCommand = { kind: 'matmul', a: own, b: other, out: result, sizes, paddedK, transposeA, transposeB };
    const after =
      result === places[out]!.variable
        ? []
        : this.#copies([{ from: placeOf(result), to: places[out]!, segment: copySegment(result.size) }], loops);
    return [...before, command, ...after];
  }

  /** Brings a carry's initial value into its variable: by a transfer, or by a copy that is still to be made. */
  #enter(from: Place, to: Variable, elements: number): readonly Pair[] {
    const { variable } = from;
    if (variable.kind !== 'input' || !isWhole(from, elements)) return [{ from, to: placeOf(to), segment: copySegment(elements) }];
    this.incoming.push({ index: variable.index!, variable: to, start: 0, elements });
    this.touch(to, 0);
    return [];
  }

  /** Makes a carry's final place the result's, or gives the copy that is still to be made. */
  #leave(from: Place, result: number, places: Place[], elements: number): readonly Pair[] {
    const to = places[result]!;
    const { variable } = to;
    const isOwn = isWhole(to, elements) && (variable.kind === 'temporary' || variable.kind === 'output');
    if (!isOwn) return [{ from, to, segment: copySegment(elements) }];
    places[result] = from;
    if (variable.kind === 'output')
      this.outgoing.push({ index: variable.index!, variable: from.variable, start: from.start, elements });
    return [];
  }

  /** A loop: carries alternate between the two halves of their variables. */
  #scan(
    { body, length, keepEvery, constants, carries, stacked, results }: ScanStep,
    places: Place[],
    loops: number,
  ): readonly Command[] {
    const bodySize = (value: number): number => body.values[value]!.size;
    const sizes = carries.map((_, i) => bodySize(body.inputs[constants.length + i]!));
    if (length === 0) {
      const pairs = carries.flatMap((value, i): readonly Pair[] => {
        const result = results[i];
        return result === undefined ? [] : [{ from: places[value]!, to: places[result]!, segment: copySegment(sizes[i]!) }];
      });
      return this.#copies(pairs, loops);
    }
    const halves = sizes.map((size) => this.variable(2 * size, 'temporary'));
    const kept = Math.floor(length / keepEvery);
    const half = (i: number, shift: 0 | 1): Place => ({
      ...placeOf(halves[i]!),
      terms: [{ loop: loops, every: 1, modulo2: { shift }, factor: sizes[i]! }],
    });
    const inputs: readonly Place[] = [
      ...constants.map((value) => places[value]!),
      ...carries.map((_, i) => half(i, 0)),
      ...stacked.map((value, i): Place => {
        const place = places[value]!;
        const factor = bodySize(body.inputs[constants.length + carries.length + i]!);
        return { ...place, terms: [...place.terms, { loop: loops, every: 1, factor }] };
      }),
    ];
    const outputs = body.outputs.map((value, i): Place => {
      if (i < carries.length) return half(i, 1);
      const result = results[i];
      if (result === undefined || kept === 0) return placeOf(this.variable(bodySize(value), 'temporary'));
      const place = places[result]!;
      const term: LoopTerm = { loop: loops, every: keepEvery, factor: bodySize(value) };
      const limit: RowLimit = { loop: loops, every: keepEvery, rows: kept };
      return {
        ...place,
        terms: [...place.terms, term],
        limits: length % keepEvery === 0 ? place.limits : [...place.limits, limit],
      };
    });
    const inside = this.placesOf(body, inputs, outputs);
    const enter = this.#copies(
      carries.flatMap((value, i) => this.#enter(places[value]!, halves[i]!, sizes[i]!)),
      loops,
    );
    const start = ++this.time;
    const commands = this.commands(body, inside, loops + 1);
    const end = ++this.time;
    // What the loop reads, and what it keeps from one step to the next, lives as long as the loop.
    for (const { variable } of [...inputs, ...outputs]) {
      this.touch(variable, start);
      this.touch(variable, end);
    }
    const leave = this.#copies(
      carries.flatMap((_, i) => {
        const [result, last] = [results[i], placeOf(halves[i]!, length % 2 === 0 ? 0 : sizes[i]!)];
        return result === undefined ? [] : this.#leave(last, result, places, sizes[i]!);
      }),
      loops,
    );
    return [...enter, { kind: 'loop', length, body: commands }, ...leave];
  }
}

const copySegment = (size: number): Segment => ({
  size,
  body: [{ kind: 'read', name: 'v', from: 0, at: indexVariable('i', size) }],
  writes: [],
});

/** B with zeros behind the k rows (columns when transposed) of each matrix. */
const paddedSegment = ({ batch, n, k }: MatmulSizes, paddedK: number, transposeB: boolean): Segment => {
  const size = batch * paddedK * n;
  const [inner, from, to] = transposeB
    ? ([2, [batch, n, k], [batch, n, paddedK]] as const)
    : ([1, [batch, k, n], [batch, paddedK, n]] as const);
  const axes = axesOf({ shape: to, offset: indexVariable('i', size) });
  const clamped = axes.map((at, axis) => (axis === inner ? indexVariable('row', k) : at));
  return {
    size,
    body: [
      { kind: 'clampedIndex', name: 'row', at: axes[inner]!, extent: k },
      { kind: 'read', name: 'x', from: 0, at: offsetOf({ shape: from, axes: clamped }) },
      { kind: 'within', name: 'inside', at: axes[inner]!, length: k },
      { kind: 'apply', name: 'v', op: 'where', args: ['inside', 'x', 0] },
    ],
    writes: [],
  };
};

/**
 * Turns a plan into commands.
 *
 * @param alone whether values that a library uses may get buffers of their own; otherwise they are copied for it.
 */
export const programOf = (plan: KernelPlan, alone: boolean): Program => {
  const builder = new Builder(alone);
  const inputs = plan.inputs.map((value, index) => builder.variable(plan.values[value]!.size, 'input', { index }));
  const outputs = plan.outputs.map((value, index) => builder.variable(plan.values[value]!.size, 'output', { index }));
  const places = builder.placesOf(
    plan,
    inputs.map((each) => placeOf(each)),
    outputs.map((each) => placeOf(each)),
  );
  const commands = builder.commands(plan, places, 0);
  const { variables, incoming, outgoing, time } = builder;
  for (const { variable } of outgoing) builder.touch(variable, time + 1);
  return { variables, commands, incoming, outgoing, inputs, outputs, end: time };
};
