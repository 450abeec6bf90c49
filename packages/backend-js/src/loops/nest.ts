import { fixed, plus, times, variable, variablesOf, type Affine, type Shape } from '@nalu/core/graph';
import { loopVariable } from '@nalu/core/loops';

/** A value in generated code: a name or literal, and how many loops of the nest it is inside. */
export interface Operand {
  readonly code: string;
  readonly depth: number;
}

/** Source text of an index. */
export const showAffine = ({ constant, terms }: Affine): string => {
  const parts = terms.map(({ atom, factor }) => {
    const text =
      atom.kind === 'variable'
        ? atom.key
        : atom.kind === 'quotient'
          ? `((${showAffine(atom.of)}) / ${atom.by} | 0)`
          : `((${showAffine(atom.of)}) % ${atom.by})`;
    return factor === 1 ? text : `${text} * ${factor}`;
  });
  if (constant !== 0 || parts.length === 0) parts.push(String(constant));
  return parts.join(' + ');
};

/** The head of a loop from 0 to count − 1. */
export const openLoop = (name: string, count: number): string => `for (let ${name} = 0; ${name} < ${count}; ${name}++) {`;

/** Gives out names that occur once in the whole program. */
export type Namer = (prefix: string) => string;

export const newNamer = (): Namer => {
  let count = 0;
  return (prefix) => `${prefix}${count++}`;
};

/**
 * Nested loops while they are written. Every value is defined in the outermost loop in which all its operands are known, so
 * nothing is computed more often than it changes.
 */
export class Nest {
  readonly space: Shape;
  /**
   * The positions that one pass of the innermost loop covers, each as an index per loop. With more than one, the code of
   * neighbouring points is written side by side, which the processor overlaps: long chains of roundings need that.
   */
  readonly points: readonly (readonly Affine[])[];
  /** Statements at each depth before and after the loop inside it; depth 0 is outside all loops. */
  readonly before: string[][];
  readonly after: string[][];
  readonly memo: Map<string, Operand> = new Map();
  private readonly depths: Map<string, number> = new Map();
  private readonly namer: Namer;
  private readonly width: number;

  constructor(space: Shape, namer: Namer, width: number = 1) {
    this.space = space;
    this.namer = namer;
    this.width = width;
    const last = space.length - 1;
    this.points = Array.from({ length: width }, (_, point) =>
      space.map((length, k) => {
        const loop = variable(loopVariable(k), k === last ? length / width : length);
        return k === last ? plus(times(loop, width), fixed(point)) : loop;
      }),
    );
    this.before = Array.from({ length: space.length + 1 }, () => []);
    this.after = Array.from({ length: space.length + 1 }, () => []);
    space.forEach((_, k) => this.depths.set(loopVariable(k), k + 1));
  }

  /** Totals of reductions that are kept in the array of accumulators. */
  accumulatorCount: number = 0;

  /** Reserves f64 accumulators; returns the first one's position. */
  accumulators(count: number): number {
    const first = this.accumulatorCount;
    this.accumulatorCount += count;
    return first;
  }

  get innermost(): number {
    return this.space.length;
  }

  name(prefix: string): string {
    return this.namer(prefix);
  }

  define(code: string, depth: number): Operand {
    const name = this.namer('v');
    this.before[depth]!.push(`const ${name} = ${code};`);
    return { code: name, depth };
  }

  /** Defines a whole number to be used in indices. */
  defineIndex(code: string, depth: number): string {
    const name = this.namer('n');
    this.before[depth]!.push(`const ${name} = ${code};`);
    this.depths.set(name, depth);
    return name;
  }

  /** How many loops an index is inside. */
  depthOf(affine: Affine): number {
    if (affine.terms.length === 0) return 0;
    return variablesOf(affine).reduce((deepest, name) => Math.max(deepest, this.depths.get(name) ?? 0), 0);
  }

  lines(): readonly string[] {
    const build = (depth: number): readonly string[] => {
      if (depth === this.innermost) return [...this.before[depth]!, ...this.after[depth]!];
      const count = depth === this.innermost - 1 ? this.space[depth]! / this.width : this.space[depth]!;
      return [...this.before[depth]!, openLoop(loopVariable(depth), count), ...build(depth + 1), '}', ...this.after[depth]!];
    };
    return build(0);
  }
}
