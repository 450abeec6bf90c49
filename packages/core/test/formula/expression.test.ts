import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlgebra, simplifyExpr } from '../../src/formula/algebra.ts';
import { toFunction } from '../../src/formula/evaluate.ts';
import { childrenOf, sizeOfExpr, type Expr } from '../../src/formula/expression.ts';
import { toLatex } from '../../src/formula/latex.ts';
import { toText } from '../../src/formula/text.ts';
import { expressions, NAMES, rows } from './expressions.ts';
import { evaluateText } from './textEvaluator.ts';

const { number, variable, sum, product, power, call } = createAlgebra();
const a = variable(0, 'a', false);
const b = variable(1, 'b', false);
const p = variable(2, 'p', true);

const evaluate = (expr: Expr, row: readonly number[]): number => toFunction([expr])(row)[0]!;

/** The largest magnitude among all parts: what rounding errors are relative to. Infinite where a part is not finite. */
const scaleOf = (expr: Expr, row: readonly number[]): number =>
  childrenOf(expr).reduce(
    (largest, child) => Math.max(largest, scaleOf(child, row)),
    Number.isFinite(evaluate(expr, row)) ? Math.abs(evaluate(expr, row)) : Infinity,
  );

/** Steps make a rounding error as large as the step. */
const isSmooth = (expr: Expr): boolean =>
  !(expr.kind === 'call' && ['floor', 'sign', 'lt', 'le', 'eq', 'where'].includes(expr.name)) && childrenOf(expr).every(isSmooth);

describe('simplify', () => {
  it('keeps the value wherever the plain formula has one', () => {
    fc.assert(
      fc.property(expressions.filter(isSmooth), rows, (expr, row) => {
        const scale = scaleOf(expr, row);
        fc.pre(scale < 1e6);
        // Near a singularity, an error in the last place of the argument is no small error of the value.
        const nudged = evaluate(
          expr,
          row.map((x) => x * (1 + 1e-12)),
        );
        const plain = evaluate(expr, row);
        fc.pre(Math.abs(nudged - plain) <= 1e-7 * (1 + Math.abs(plain)));
        expect(Math.abs(evaluate(simplifyExpr(expr), row) - plain)).toBeLessThanOrEqual(1e-6 * (1 + scale));
      }),
      { numRuns: 600 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(expressions, (expr) => {
        const once = simplifyExpr(expr);
        expect(toText(simplifyExpr(once))).toBe(toText(once));
        expect(sizeOfExpr(simplifyExpr(once))).toBe(sizeOfExpr(once));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [() => sum([a, number(0), sum([b, a]), number(2), number(-1)]), '2·a + b + 1'],
    [() => sum([product([b, a]), product([a, b])]), '2·a·b'],
    [() => product([a, number(1), power(a, -1), b, power(b, 2)]), 'b³'],
    [() => product([number(0), call('log', [a])]), '0'],
    [() => power(power(a, 2), 0.5), '|a|'],
    [() => power(power(p, 3), 0.5), 'p^1.5'],
    [() => call('abs', [p]), 'p'],
    [() => call('abs', [product([number(-2), a, p])]), '2·|a|·p'],
    [() => power(call('abs', [a]), 2), 'a²'],
    [() => product([power(a, 3), call('abs', [a]), call('abs', [a])]), 'a⁵'],
    [
      () =>
        call('exp', [sum([product([number(0.5), call('log', [call('abs', [a])])]), product([number(-1), call('log', [p])])])]),
      '√|a|/p',
    ],
    [() => product([number(2), sum([a, product([number(-1), b])])]), '2·a - 2·b'],
    [() => sum([product([number(-1), a]), b]), 'b - a'],
    [() => sum([product([number(-1), a]), product([number(-2), b])]), '-a - 2·b'],
    [() => call('exp', [number(0)]), '1'],
    [() => call('where', [number(1), a, b]), 'a'],
  ])('shortens case %#', (expr, text) => {
    expect(toText(expr())).toBe(text);
  });

  it('does not write out what is shared', () => {
    let expr: Expr = a;
    for (let i = 0; i < 200; i++) expr = sum([call('tanh', [expr]), call('exp', [expr])]);
    expect(sizeOfExpr(simplifyExpr(expr))).toBeGreaterThan(1e50);
    expect(evaluate(expr, [0.1])).toBeGreaterThan(0);
  });
});

describe('text', () => {
  it('means the formula that it was written from', () => {
    fc.assert(
      fc.property(expressions, rows, fc.boolean(), (plain, row, simplified) => {
        const expr = simplified ? simplifyExpr(plain) : plain;
        const names = Object.fromEntries(NAMES.map((name, i) => [name, row[i]!]));
        const wanted = evaluate(expr, row);
        const found = evaluateText(toText(expr), names);
        // a - b·c and a + (−1)·b·c round differently, and a quotient differs from a product with a power −1.
        const scale = scaleOf(expr, row);
        fc.pre(isSmooth(expr) && scale < 1e6);
        expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-6 * (1 + scale));
      }),
      { numRuns: 600 },
    );
  });

  it('has no bracket that it does not need', () => {
    const plain: Expr = {
      kind: 'product',
      factors: [
        { kind: 'sum', terms: [a, b] },
        { kind: 'power', base: { kind: 'sum', terms: [a, number(1)] }, exponent: -0.5 },
      ],
    };
    expect(toText(plain)).toBe('(a + b)/√(a + 1)');
    expect(toText(product([power(a, -1), power(b, -1)]))).toBe('1/(a·b)');
    expect(toText(product([number(-1), power(a, -2)]))).toBe('-1/a²');
    expect(toText({ kind: 'power', base: { kind: 'power', base: a, exponent: 0.5 }, exponent: 3 })).toBe('(√a)³');
    expect(toText({ kind: 'power', base: number(-2), exponent: 2 })).toBe('(-2)²');
    expect(toText(call('abs', [sum([call('abs', [a]), number(-1)])]))).toBe('abs(|a| - 1)');
    expect(toText(call('where', [call('lt', [number(0), a]), a, number(0)]))).toBe('if(0 < a, a, 0)');
  });
});

describe('LaTeX', () => {
  it('is balanced', () => {
    fc.assert(
      fc.property(expressions, (expr) => {
        const latex = toLatex(expr);
        const count = (pattern: RegExp): number => [...latex.matchAll(pattern)].length;
        expect(count(/(?<!\\)\{/g)).toBe(count(/(?<!\\)\}/g));
        expect(count(/\\left(?!\w)|\\left\\lfloor/g)).toBe(count(/\\right(?!\w)|\\right\\rfloor/g));
        expect(count(/\\begin\{cases\}/g)).toBe(count(/\\end\{cases\}/g));
        expect(latex).not.toMatch(/undefined|NaN|e-?\d/);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [sum([a, product([number(-1), b])]), 'a - b'],
    [product([number(2), power(a, 2), power(b, -1)]), '\\frac{2 \\cdot a^{2}}{b}'],
    [product([sum([a, b]), power(p, -1)]), '\\frac{a + b}{p}'],
    [power(sum([a, number(1)]), 0.5), '\\sqrt{a + 1}'],
    [power(call('abs', [a]), 1.5), '\\left|a\\right|^{1.5}'],
    [power(sum([call('abs', [a]), number(1e-6)]), 0.5), '\\sqrt{\\left|a\\right| + 1 \\cdot 10^{-6}}'],
    [variable(0, 'x1', false), 'x_{1}'],
    [variable(0, 'mean_distance {AU}', false), '\\text{mean\\_distance \\{AU\\}}'],
    [
      call('where', [call('le', [a, b]), a, number(0)]),
      '\\begin{cases}a & \\text{if } a \\le b \\\\ 0 & \\text{otherwise}\\end{cases}',
    ],
  ])('writes %#', (expr, latex) => {
    expect(toLatex(expr)).toBe(latex);
  });
});
