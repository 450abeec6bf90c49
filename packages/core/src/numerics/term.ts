import type { Operand } from '../kernels/ir.ts';
import type { Expansion, Primitive, PrimitiveStatement } from './primitives.ts';

/** Appends a statement and returns its name. */
type Emit = (primitive: Primitive, ...args: readonly Operand[]) => string;

/** A truth value inside an expansion. */
export class Mask {
  readonly operand: string;
  readonly #emit: Emit;

  constructor(emit: Emit, operand: string) {
    this.#emit = emit;
    this.operand = operand;
  }

  /** a where this holds, else b. */
  where(a: Term | number, b: Term | number): Term {
    return new Term(this.#emit, this.#emit('where', this.operand, operandOf(a), operandOf(b)));
  }

  and(other: Mask): Mask {
    return new Mask(this.#emit, this.#emit('and', this.operand, other.operand));
  }

  or(other: Mask): Mask {
    return new Mask(this.#emit, this.#emit('or', this.operand, other.operand));
  }
}

/** A number inside an expansion: methods write statements, so that the source reads like the formula. */
export class Term {
  readonly operand: Operand;
  readonly #emit: Emit;

  constructor(emit: Emit, operand: Operand) {
    this.#emit = emit;
    this.operand = operand;
  }

  /** A number, as a first operand. */
  constant(value: number): Term {
    return new Term(this.#emit, Math.fround(value));
  }

  #number(primitive: Primitive, ...others: readonly (Term | number)[]): Term {
    return new Term(this.#emit, this.#emit(primitive, this.operand, ...others.map(operandOf)));
  }

  #mask(primitive: Primitive, ...others: readonly (Term | number)[]): Mask {
    return new Mask(this.#emit, this.#emit(primitive, this.operand, ...others.map(operandOf)));
  }

  add(other: Term | number): Term {
    return this.#number('add', other);
  }
  sub(other: Term | number): Term {
    return this.#number('sub', other);
  }
  mul(other: Term | number): Term {
    return this.#number('mul', other);
  }
  div(other: Term | number): Term {
    return this.#number('div', other);
  }
  neg(): Term {
    return this.#number('neg');
  }
  abs(): Term {
    return this.#number('abs');
  }
  floor(): Term {
    return this.#number('floor');
  }
  sqrt(): Term {
    return this.#number('sqrt');
  }
  smaller(other: Term | number): Term {
    return this.#number('smaller', other);
  }
  larger(other: Term | number): Term {
    return this.#number('larger', other);
  }
  exponent(): Term {
    return this.#number('exponent');
  }
  /** this · 2ⁿ */
  scale(n: Term): Term {
    return this.#number('scale', n);
  }
  high(): Term {
    return this.#number('high');
  }
  lt(other: Term | number): Mask {
    return this.#mask('lt', other);
  }
  le(other: Term | number): Mask {
    return this.#mask('le', other);
  }
  eq(other: Term | number): Mask {
    return this.#mask('eq', other);
  }
  isNaN(): Mask {
    return this.#mask('isNaN');
  }
  isFinite(): Mask {
    return this.#mask('isFinite');
  }
  isNegative(): Mask {
    return this.#mask('isNegative');
  }

  /** The nearest whole number; either neighbour at a tie. */
  nearest(): Term {
    return this.add(0.5).floor();
  }

  /** c₀ + c₁x + c₂x² + … by Horner's rule. */
  polynomial(coefficients: readonly number[]): Term {
    const [highest, ...rest] = coefficients.slice().reverse();
    const [next, ...others] = rest;
    return others.reduce<Term>((sum, c) => sum.mul(this).add(c), this.mul(highest!).add(next!));
  }
}

const operandOf = (value: Term | number): Operand => (typeof value === 'number' ? Math.fround(value) : value.operand);

/** Writes a function of named parameters as an expansion. */
export const expand = (params: readonly string[], define: (...values: readonly Term[]) => Term | Mask): Expansion => {
  const body: PrimitiveStatement[] = [];
  const emit: Emit = (primitive, ...args) => {
    const name = `t${body.length}`;
    body.push({ name, primitive, args });
    return name;
  };
  const { operand } = define(...params.map((name) => new Term(emit, name)));
  return { params, body, result: operand };
};

/** An expansion of one parameter x. */
export const unary = (define: (x: Term) => Term | Mask): Expansion => expand(['x'], (x) => define(x!));

/** An expansion of two parameters a and b. */
export const binary = (define: (a: Term, b: Term) => Term | Mask): Expansion => expand(['a', 'b'], (a, b) => define(a!, b!));
