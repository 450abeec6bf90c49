import { fixed, plus, variable, type Affine, type Shape } from '@nalu/core/graph';
import { loopVariable } from '@nalu/core/loops';
import type { Code } from '../assembler/encoding.ts';
import { control, i32, local } from '../assembler/instructions.ts';
import { types, type FunctionWriter, type Type } from '../assembler/module.ts';
import type { VectorCode } from '../vector/lanes.ts';
import { indexCode, laneStride, type IndexVariables } from './indices.ts';

/** A value in generated code: a local variable, and how many loops of the nest it is inside. */
export interface Operand {
  readonly local: number;
  readonly depth: number;
}

/** Lanes that a vector holds. */
export const LANES = 4;

/** Code around what is inside a loop. */
interface Lists {
  readonly before: number[][];
  readonly after: number[][];
}

const newLists = (depth: number): Lists => ({
  before: Array.from({ length: depth + 1 }, () => []),
  after: Array.from({ length: depth + 1 }, () => []),
});

/** What a nest needs of the function that it is written in. */
export interface NestContext {
  readonly writer: FunctionWriter;
  readonly relaxed: boolean;
  /** The local variables of surrounding loops. */
  readonly variables: Map<string, number>;
}

/**
 * Nested loops while they are written. The last loop takes four points at a time, one per lane; points that are left over
 * are written once more behind it, with fewer lanes (`variants`). Every value is a vector, defined in the outermost loop in
 * which all its operands are known; outside the last loop all its lanes are equal.
 */
export class Nest {
  readonly space: Shape;
  readonly context: NestContext;
  /** The position in each loop (of lane 0), and the positions of all vectors that are written side by side. */
  readonly point: readonly Affine[];
  points: readonly (readonly Affine[])[];
  /** How many lanes count in the code that is being written: fewer than four behind the loop, 1 without loops. */
  lanes: number = 1;
  #width = 1;
  readonly #counters: readonly number[];
  readonly #shared: Lists;
  #variant: Lists;
  readonly #variants: { readonly lanes: number; readonly lists: Lists }[] = [];
  #sequence: Lists | undefined;
  readonly #memo: Map<string, Operand>[];
  readonly #depths = new Map<string, number>();
  /** Local variables of the nest's own index variables. */
  readonly #own = new Map<string, number>();
  /** Index variables that differ from lane to lane. */
  readonly #perLane = new Map<string, readonly number[]>();
  readonly #once = new Map<string, number>();
  readonly #locals: number[] = [];

  constructor(space: Shape, context: NestContext) {
    this.space = space;
    this.context = context;
    this.point = space.map((length, k) => variable(loopVariable(k), length));
    this.points = [this.point];
    this.#counters = space.map(() => context.writer.local(types.i32));
    this.#counters.forEach((counter, k) => {
      this.#own.set(loopVariable(k), counter);
      this.#depths.set(loopVariable(k), k + 1);
    });
    this.#shared = newLists(space.length);
    this.#variant = this.#shared;
    this.#memo = Array.from({ length: space.length + 1 }, () => new Map());
  }

  get innermost(): number {
    return this.space.length;
  }

  /** Whether values at this depth may differ from lane to lane. */
  isVector(depth: number): boolean {
    return this.space.length > 0 && depth >= this.space.length;
  }

  /**
   * Runs `write` for the loop of whole vectors, and once more for the points that are left over. `width`: so many vectors are
   * written side by side where the loop is long and even.
   */
  variants(write: () => void, width: number = 1): void {
    const length = this.space.at(-1);
    if (length === undefined) {
      write();
      return;
    }
    const vectors = Math.floor(length / LANES);
    const isWide = vectors > width && vectors % width === 0;
    this.#width = isWide ? width : 1;
    for (const lanes of [vectors > 0 ? LANES : 0, length % LANES]) {
      if (lanes === 0) continue;
      this.lanes = lanes;
      this.points = this.#sideBySide(lanes < LANES ? 1 : this.#width);
      this.#variant = newLists(this.space.length);
      this.#variants.push({ lanes, lists: this.#variant });
      this.#memo[this.innermost]!.clear();
      write();
    }
  }

  /** The positions of `count` vectors side by side. The loop variable leaves room for the last of them. */
  #sideBySide(count: number): readonly (readonly Affine[])[] {
    const last = this.innermost - 1;
    const first = variable(loopVariable(last), this.space[last]! - (count - 1) * LANES);
    return Array.from({ length: count }, (_, i) => [...this.point.slice(0, last), plus(first, fixed(i * LANES))]);
  }

  #lists(depth: number): Lists {
    if (depth > this.space.length) return this.#sequence!;
    return this.isVector(depth) ? this.#variant : this.#shared;
  }

  /** Writes a loop inside the innermost one, whose points come one after the other in every lane. */
  sequence(length: number, write: (at: Affine) => void): void {
    const depth = this.innermost + 1;
    const counter = this.newLocal(types.i32);
    const at = this.indexVariable(depth, length, [counter]);
    this.#sequence = newLists(depth);
    this.#memo.push(new Map());
    write(at);
    const next = local.set(counter, i32.add(local.get(counter), 1));
    const body = this.#sequence.before[depth]!.concat(next);
    this.#memo.pop();
    this.#sequence = undefined;
    this.push(this.innermost, local.set(counter, i32.constant(0)));
    this.push(this.innermost, control.repeat(body, i32.ltU(local.get(counter), i32.constant(length))));
  }

  /** Appends code where values of this depth are computed. */
  push(depth: number, code: Code): void {
    this.#lists(depth).before[depth]!.push(...code);
  }

  /** Appends code behind the loop inside this depth. */
  pushAfter(depth: number, code: Code): void {
    this.#lists(depth).after[depth]!.push(...code);
  }

  newLocal(type: Type): number {
    const index = this.context.writer.local(type);
    this.#locals.push(index);
    return index;
  }

  /** All of the nest is written, and behind it only the `kept` ones of its variables are read. */
  release(kept: ReadonlySet<number>): void {
    this.context.writer.release(this.#locals.filter((index) => !kept.has(index)));
  }

  define(code: Code, depth: number): Operand {
    const index = this.newLocal(types.v128);
    this.push(depth, local.set(index, code));
    return { local: index, depth };
  }

  /** Where vector code of this depth is written. */
  at(depth: number): VectorCode {
    return {
      relaxed: this.context.relaxed,
      define: (code) => local.get(this.define(code, depth).local),
      constant: (words) => this.context.writer.constant(words),
    };
  }

  /** Where vector code behind the loop inside a depth is written. */
  behind(depth: number): VectorCode {
    return {
      ...this.at(depth),
      define: (code) => {
        const index = this.newLocal(types.v128);
        this.pushAfter(depth, local.set(index, code));
        return local.get(index);
      },
    };
  }

  /** What `write` returns, the first time: for what belongs to the nest as a whole and not to one of its variants. */
  once(key: string, write: () => number): number {
    const known = this.#once.get(key);
    if (known !== undefined) return known;
    const value = write();
    this.#once.set(key, value);
    return value;
  }

  /** A value that was computed at a depth where it is still known. */
  known(key: string): Operand | undefined {
    for (let depth = this.#memo.length - 1; depth >= 0; depth--) {
      const operand = this.#memo[depth]!.get(key);
      if (operand !== undefined) return operand;
    }
    return undefined;
  }

  remember(key: string, operand: Operand): Operand {
    this.#memo[operand.depth]!.set(key, operand);
    return operand;
  }

  // Indices -----------------------------------------------------------------------------------------------------------

  depthOf(index: Affine): number {
    return Math.max(
      0,
      ...index.terms.map(({ atom }) => (atom.kind === 'variable' ? (this.#depths.get(atom.key) ?? 0) : this.depthOf(atom.of))),
    );
  }

  /** A new index variable, with one local variable per lane where it differs from lane to lane. */
  indexVariable(depth: number, extent: number, locals: readonly number[]): Affine {
    const name = `n${locals[0]}`;
    this.#depths.set(name, depth);
    this.#own.set(name, locals[0]!);
    if (locals.length > 1) this.#perLane.set(name, locals);
    return variable(name, extent);
  }

  #indexVariables(): IndexVariables {
    const last = this.space.length === 0 ? '' : loopVariable(this.space.length - 1);
    const ofName = (name: string): number => this.#own.get(name) ?? this.context.variables.get(name)!;
    return { lanes: last, perLane: this.#perLane, local: ofName };
  }

  /** A variable with the address of an element, computed at a depth where its index is known. */
  pointerTo({ pointer, base }: { readonly pointer: number; readonly base: Affine }, index: Affine, depth: number): number {
    const address = this.newLocal(types.i32);
    const offset = i32.mul(this.indexCode(plus(base, index), 0), 4);
    this.push(depth, local.set(address, i32.add(local.get(pointer), offset)));
    return address;
  }

  /** How far apart the elements of neighbouring lanes are; undefined where that differs. */
  laneStride(index: Affine): number | undefined {
    return laneStride(index, this.#indexVariables());
  }

  /** Code of an index in one lane. */
  indexCode(index: Affine, lane: number): Code {
    return indexCode(index, lane, this.#indexVariables());
  }

  /** All of the nest. */
  lines(): Code {
    return this.#linesAt(0);
  }

  #linesAt(depth: number): Code {
    const { before, after } = this.#shared;
    const inside = depth === this.innermost ? [] : depth === this.innermost - 1 ? this.#vectorLoop() : this.#loop(depth);
    return before[depth]!.concat(inside, after[depth]!);
  }

  #loop(depth: number): Code {
    const counter = this.#counters[depth]!;
    const length = this.space[depth]!;
    if (length === 0) return [];
    const next = local.set(counter, i32.add(local.get(counter), 1));
    const body = this.#linesAt(depth + 1).concat(next);
    return local
      .set(counter, i32.constant(0))
      .concat(length === 1 ? body : control.repeat(body, i32.ltU(local.get(counter), i32.constant(length))));
  }

  #vectorLoop(): Code {
    const depth = this.innermost;
    const counter = this.#counters[depth - 1]!;
    const length = this.space[depth - 1]!;
    const whole = length - (length % LANES);
    return local.set(counter, i32.constant(0)).concat(
      ...this.#variants.map(({ lanes, lists }): Code => {
        const body = lists.before[depth]!.concat(lists.after[depth]!);
        if (lanes < LANES) return body;
        const step = LANES * this.#width;
        const stepped = body.concat(local.set(counter, i32.add(local.get(counter), step)));
        return whole === step ? stepped : control.repeat(stepped, i32.ltU(local.get(counter), i32.constant(whole)));
      }),
    );
  }
}
