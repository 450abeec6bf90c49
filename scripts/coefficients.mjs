/**
 * Derives the constants of packages/core/src/numerics/coefficients.ts: minimax polynomials by the weighted Remez exchange,
 * and the digits of 1/(2π). Prints them; nothing is written.
 */
import './lib/require-node.mjs';

/** @typedef {(x: number) => number} Real */

/** @type {(matrix: number[][], right: number[]) => number[]} Gaussian elimination with partial pivoting. */
const solve = (matrix, right) => {
  const rows = matrix.map((row, i) => [...row, right[i] ?? NaN]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i][column] / rows[column][column];
      for (let j = column; j <= n; j++) rows[i][j] -= factor * rows[column][j];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
};

/** @type {(coefficients: readonly number[], x: number) => number} */
const horner = (coefficients, x) => coefficients.reduceRight((sum, c) => sum * x + c, 0);

/**
 * The polynomial p of a degree for which max |weight·(f − p)| over the interval is smallest.
 * @param {Real} f
 * @param {Real} weight
 * @param {readonly [number, number]} interval
 * @param {number} degree
 */
const remez = (f, weight, [low, high], degree) => {
  const grid = Array.from({ length: 20_001 }, (_, i) => low + ((high - low) * (1 - Math.cos((Math.PI * (i + 0.5)) / 20_001))) / 2);
  let points = Array.from({ length: degree + 2 }, (_, i) => grid[Math.round((20_000 * (i + 0.5)) / (degree + 2))]);
  /** @type {number[]} */
  let p = [];
  for (let round = 0; round < 30; round++) {
    const matrix = points.map((x, i) => [...Array.from({ length: degree + 1 }, (_, k) => x ** k), (i % 2 ? 1 : -1) / weight(x)]);
    p = solve(matrix, points.map(f)).slice(0, -1);
    const errors = grid.map((x) => weight(x) * (f(x) - horner(p, x)));
    /** Extremes between changes of sign. @type {number[]} */
    const extremes = [];
    errors.forEach((e, i) => {
      const last = extremes.at(-1);
      if (last === undefined || Math.sign(e) !== Math.sign(errors[last])) extremes.push(i);
      else if (Math.abs(e) > Math.abs(errors[last])) extremes[extremes.length - 1] = i;
    });
    while (extremes.length > degree + 2) {
      if (Math.abs(errors[extremes[0]]) < Math.abs(errors[extremes.at(-1) ?? 0])) extremes.shift();
      else extremes.pop();
    }
    if (extremes.length < degree + 2) break;
    points = extremes.map((i) => grid[i]);
  }
  return p;
};

/**
 * Coefficients in single precision, lowest first: each is rounded, and the rest are fitted to what remains.
 * @param {Real} f
 * @param {Real} weight
 * @param {readonly [number, number]} interval
 * @param {number} degree
 * @returns {number[]}
 */
const rounded = (f, weight, interval, degree) => {
  const first = Math.fround(remez(f, weight, interval, degree)[0]);
  if (degree === 0) return [first];
  return [first, ...rounded((x) => (f(x) - first) / x, (x) => weight(x) * Math.abs(x), interval, degree - 1)];
};

/** @type {(term: (k: number) => number) => Real} Power series with the given coefficients. */
const series = (term) => {
  const terms = Array.from({ length: 60 }, (_, k) => term(k));
  return (x) => horner(terms, x);
};
/** @type {(n: number) => number} */
const factorial = (n) => (n <= 1 ? 1 : n * factorial(n - 1));

const half = Math.LN2 / 2;
const tails = {
  exp: { f: series((k) => 1 / factorial(k + 2)), weight: (r) => r ** 2 / Math.exp(r), interval: [-half, half], degree: 4 },
  exp2: { f: series((k) => Math.LN2 ** (k + 1) / factorial(k + 1)), weight: (x) => Math.abs(x) / 2 ** x, interval: [-0.5, 0.5], degree: 5 },
  log1p: {
    f: series((k) => (-1) ** (k + 1) / (k + 2)),
    weight: (z) => Math.abs(z ** 2 / Math.log1p(z)),
    interval: [Math.SQRT1_2 - 1, Math.SQRT2 - 1],
    degree: 8,
  },
  tanh: {
    f: (u) => (u < 1e-4 ? -1 / 3 + (2 / 15) * u : (Math.tanh(Math.sqrt(u)) / Math.sqrt(u) - 1) / u),
    weight: (u) => (u * Math.sqrt(u)) / Math.tanh(Math.sqrt(u)),
    interval: [1e-9, 0.36],
    degree: 3,
  },
  sin: {
    f: series((k) => (-1) ** (k + 1) / factorial(2 * k + 3)),
    weight: (v) => (v * Math.sqrt(v)) / Math.sin(Math.sqrt(v)),
    interval: [1e-9, 1.01],
    degree: 3,
  },
  cos: {
    f: series((k) => (-1) ** k / factorial(2 * k + 4)),
    weight: (v) => v ** 2 / Math.cos(Math.sqrt(v)),
    interval: [1e-9, 1.01],
    degree: 3,
  },
  atanh: { f: series((k) => 1 / (2 * k + 5)), weight: (w) => w ** 2, interval: [1e-9, (Math.SQRT2 - 1) ** 4], degree: 3 },
};

for (const [name, { f, weight, interval, degree }] of Object.entries(tails)) {
  const coefficients = rounded(f, weight, interval, degree);
  let worst = 0;
  for (let i = 0; i <= 10_000; i++) {
    const x = interval[0] + ((interval[1] - interval[0]) * i) / 10_000;
    if (x !== 0) worst = Math.max(worst, Math.abs(weight(x) * (f(x) - horner(coefficients, x))));
  }
  console.log(`${name}: [${coefficients.map((c) => Number(c.toPrecision(9))).join(', ')}] // ${worst.toExponential(1)}`);
}

/** π·2^bits by Machin's formula. @type {(bits: bigint) => bigint} */
const pi = (bits) => {
  const one = 1n << (bits + 32n);
  /** @type {(n: bigint) => bigint} */
  const arctanOfInverse = (n) => {
    let [sum, power, k] = [0n, one / n, 1n];
    while (power !== 0n) {
      sum += (k % 4n === 1n ? power : -power) / k;
      [power, k] = [power / (n * n), k + 2n];
    }
    return sum;
  };
  return (16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n)) >> 32n;
};

/** Balanced base-2¹¹ digits of frac(2^shift/(2π)), first digit first. @type {(shift: bigint, count: number) => number[]} */
const digits = (shift, count) => {
  const bits = 512n;
  const wanted = BigInt(11 * count);
  const inverse = (1n << (2n * bits)) / (2n * pi(bits));
  let rest = ((inverse << shift) + (1n << (bits - wanted - 1n))) >> (bits - wanted);
  const result = [];
  for (let k = 0; k < count; k++) {
    const digit = ((rest + 1024n) & 2047n) - 1024n;
    result.unshift(Number(digit));
    rest = (rest - digit) >> 11n;
  }
  return result;
};
for (const shift of [0n, 32n, 64n, 96n]) console.log(`2^${shift}/(2π): [${digits(shift, 9).join(', ')}]`);
