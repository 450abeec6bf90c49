import { variablesOf, type Affine, type Shape } from '@nalu/core/graph';
import { loopVariable } from './layout.ts';

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
  /** Statements at each depth before and after the loop inside it; depth 0 is outside all loops. */
  readonly before: string[][];
  readonly after: string[][];
  readonly memo: Map<string, Operand> = new Map();
  private readonly depths: Map<string, number> = new Map();
  private readonly namer: Namer;

  constructor(space: Shape, namer: Namer) {
    this.space = space;
    this.namer = namer;
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
      const inner =
        depth === this.innermost
          ? []
          : [
              `for (let ${loopVariable(depth)} = 0; ${loopVariable(depth)} < ${this.space[depth]}; ${loopVariable(depth)}++) {`,
              ...build(depth + 1),
              '}',
            ];
      return [...this.before[depth]!, ...inner, ...this.after[depth]!];
    };
    return build(0);
  }
}
