import type { Precision } from '@nalu/core/backend';

/** Steps of 2 to the power of 1/32 in the first table. */
const FRACTIONS = 32;
/** Exponents of the second table: those of f32, denormals and overflow included. */
const [LOWEST, HIGHEST] = [-151, 129];

/** Where eˣ is 0 and where it is infinite in f32: beyond, nothing changes. */
const [FLUSHES, OVERFLOWS] = [-104, 89];

/** Adding it rounds to a whole number, ties to even: 1.5·2⁵². */
const WHOLE = 6755399441055744;

/** ln 2 / 32 in two parts, the first with 27 trailing zeros, so that its product with a whole number below 2²⁷ is exact. */
const STEP = [0.02166084898635745, 4.06140840434059e-10] as const;

/** 2^(i/32), then 2ⁿ: what generated code calls `EXP`. */
export const EXP: Float64Array = Float64Array.from({ length: FRACTIONS + HIGHEST - LOWEST + 1 }, (_, i) =>
  i < FRACTIONS ? 2 ** (i / FRACTIONS) : 2 ** (i - FRACTIONS + LOWEST),
);

interface Context {
  readonly precision: Precision;
  readonly name: (code: string) => string;
}

/**
 * eˣ, an expression. `Math.exp` is a call that costs more than the rest of a small net's row, so in f32 it is
 * 2ⁿ · 2^(i/32) · Σ rᵏ/k! (k ≤ 5, |r| ≤ ln 2 / 64), in double precision: a relative error below 2⁻⁴⁸ before it is rounded, which
 * changes the rounded result once in some ten million times (Tang, 1989, "Table-driven implementation of the exponential
 * function").
 */
export const expOf = (x: string, { precision, name }: Context): string => {
  if (precision === 'f64') return `Math.exp(${x})`;
  const [high, low] = STEP;
  const within = name(`Math.min(Math.max(${x}, ${FLUSHES}), ${OVERFLOWS})`);
  const shifted = name(`${within} * ${FRACTIONS / Math.LN2} + ${WHOLE}`);
  const steps = name(`${shifted} - ${WHOLE}`);
  const r = name(`${within} - ${steps} * ${high} - ${steps} * ${low}`);
  const n = name(`${steps} | 0`);
  const power = `EXP[${n} & ${FRACTIONS - 1}] * EXP[(${n} >> ${Math.log2(FRACTIONS)}) + ${FRACTIONS - LOWEST}]`;
  return `${power} * (1 + ${r} * (1 + ${r} * (1 / 2 + ${r} * (1 / 6 + ${r} * (1 / 24 + ${r} * (1 / 120))))))`;
};
