import type { Expansion } from './primitives.ts';
import { COS_TAIL, SIN_TAIL, TURNS } from './coefficients.ts';
import { unary, type Term } from './term.ts';

/** t minus the nearest whole number. */
const centred = (t: Term): Term => t.sub(t.nearest());

/** t = a multiple of `grid` + rest, exactly: to the nearest, so that a tiny negative t is all rest. */
const cut = (t: Term, grid: number): { readonly whole: Term; readonly rest: Term } => {
  const whole = t
    .mul(1 / grid)
    .nearest()
    .mul(grid);
  return { whole, rest: t.sub(whole) };
};

const sum = ([first, ...others]: readonly Term[]): Term => others.reduce((total, term) => total.add(term), first!);

/**
 * |x| = q·π/2 + θ with |θ| ≤ π/4, for every finite x: Payne & Hanek (1983), "Radian reduction for trigonometric functions",
 * in floating point. |x| = X·2^(32g) with X < 2³³, even where g > 0; so 2^(32g)/(2π) counts modulo 2²², which is a table of
 * digits of 11 bits. X has two halves of 12 bits, and every column of its product with the digits is exact. Whole turns are
 * dropped, and the columns summed on two fixed grids, exactly: the numbers closest to multiples of π/2 need 57 bits of the
 * fraction. q is a whole number, right modulo 4.
 */
const reduce = (x: Term): { readonly q: Term; readonly theta: Term } => {
  const a = x.abs();
  const groups = [33, 65, 97].map((bits) => a.lt(2 ** bits));
  const choose = (values: readonly (Term | number)[]): Term =>
    groups.reduceRight<Term | number>((others, group, g) => group.where(values[g]!, others), values.at(-1)!) as Term;
  const scaled = choose([a, a.mul(2 ** -32), a.mul(2 ** -64), a.mul(2 ** -96)]);
  const high = scaled.high();
  const low = scaled.sub(high);
  const digits = TURNS[0]!.map((_, k) => choose(TURNS.map((group) => group[k]! * 2 ** (11 * (1 - k)))));
  // high·digits[0] is a whole number of turns. Columns from the fifth on are below one turn.
  const columns = digits.slice(1).map((digit, k) => {
    const column = high.mul(digit).add(low.mul(digits[k]!));
    return k < 4 ? centred(column) : column;
  });
  const [c0, c1, c2, c3, c4, c5, c6, ...last] = columns as [Term, Term, Term, Term, Term, Term, Term, ...Term[]];
  const coarse = [c2, c3, c4, c5].map((column) => cut(column, 2 ** -22));
  const top = sum([c0, c1, ...coarse.map(({ whole }) => whole)]);
  const [r2, ...finer] = coarse.map((part) => part.rest) as [Term, ...Term[]];
  const fine = [...finer, c6].map((column) => cut(column, 2 ** -43));
  const middle = sum([r2, ...fine.map(({ whole }) => whole)]);
  const bottom = sum([...fine.map((part) => part.rest), ...last]);
  const q = top.mul(4).nearest();
  const turns = top.sub(q.mul(0.25)).add(middle).add(bottom);
  // Numbers up to π/4 need no reduction, and lose nothing.
  const small = a.le(Math.PI / 4);
  return { q: small.where(0, q), theta: small.where(a, turns.mul(2 * Math.PI)) };
};

const shortSin = (theta: Term, square: Term): Term => theta.add(theta.mul(square).mul(square.polynomial(SIN_TAIL)));

const shortCos = (square: Term): Term => square.mul(square).mul(square.polynomial(COS_TAIL)).sub(square.mul(0.5)).add(1);

/** sin(θ + k·π/2) */
const atQuadrant = (k: Term, theta: Term): Term => {
  const square = theta.mul(theta);
  const half = k.mul(0.5);
  const y = half.eq(half.floor()).where(shortSin(theta, square), shortCos(square));
  // k modulo 4 is 2 or 3.
  const quarter = k.mul(0.25);
  return quarter.sub(quarter.floor()).lt(0.5).where(y, y.neg());
};

export const sin: Expansion = unary((x) => {
  const { q, theta } = reduce(x);
  const y = atQuadrant(q, theta);
  return x.isFinite().where(x.isNegative().where(y.neg(), y), NaN);
});

export const cos: Expansion = unary((x) => {
  const { q, theta } = reduce(x);
  return x.isFinite().where(atQuadrant(q.add(1), theta), NaN);
});
