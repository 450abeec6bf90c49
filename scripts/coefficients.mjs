/**
 * Derives the constants of packages/core/src/numerics/coefficients.ts: minimax polynomials,
 * and the digits of 1/(2π). Prints them; nothing is written.
 */
import './lib/require-node.mjs';

/** @typedef {(x: number) => number} Real */

/**
 * Gaussian elimination of a matrix with its right side as last column.
 * @type {(rows: readonly (readonly number[])[]) => readonly number[]}
 */
const solve = (rows) => {
  const [pivot = [], ...others] = [...rows].sort(([a = 0], [b = 0]) => Math.abs(b) - Math.abs(a));
  const [first = NaN, ...rest] = pivot;
  if (rest.length === 1) return rest.map((right) => right / first);
  const solution = solve(others.map(([factor = NaN, ...row]) => row.map((x, j) => x - (factor / first) * (rest[j] ?? NaN))));
  const right = solution.reduce((sum, x, j) => sum - x * (rest[j] ?? NaN), rest.at(-1) ?? NaN);
  return [right / first, ...solution];
};

/** @type {(terms: readonly number[]) => number} */
const total = (terms) => terms.reduce((sum, x) => sum + x, 0);

/** @type {(coefficients: readonly number[], x: number) => number} */
const horner = (coefficients, x) => coefficients.reduceRight((sum, c) => sum * x + c, 0);

/**
 * Coefficients in single precision, lowest first, that make max |weight·(f − p)| over the interval small: each is rounded, and
 * the rest are fitted to what remains. Lawson's algorithm: least squares, reweighted by the errors until these are level.
 * @param {Real} f
 * @param {Real} weight
 * @param {readonly [number, number]} interval
 * @param {number} degree
 * @param {readonly number[]} known
 * @returns {readonly number[]}
 */
const fit = (f, weight, [low, high], degree, known = []) => {
  if (known.length > degree) return known;
  const reach = Math.max(Math.abs(low), Math.abs(high));
  const unknown = Array.from({ length: degree + 1 - known.length }, (_, k) => k + known.length);
  let samples = Array.from({ length: 400 }, (_, i) => {
    const x = low + ((high - low) * (1 - Math.cos((Math.PI * (i + 0.5)) / 400))) / 2;
    const basis = unknown.map((power) => weight(x) * (x / reach) ** power);
    return { row: [...basis, weight(x) * (f(x) - horner(known, x))], share: 1 };
  });
  /** @type {readonly number[]} */
  let solution = [];
  for (let round = 0; round < 300; round++) {
    solution = solve(
      unknown.map((_, j) =>
        [...unknown, NaN].map((__, k) => total(samples.map(({ row, share }) => share * (row[j] ?? NaN) * (row[k] ?? NaN)))),
      ),
    );
    const errors = samples.map(({ row }) => Math.abs((row.at(-1) ?? NaN) - total(solution.map((x, k) => x * (row[k] ?? NaN)))));
    const mean = total(samples.map(({ share }, i) => share * (errors[i] ?? NaN)));
    samples = samples.map(({ row, share }, i) => ({ row, share: (share * (errors[i] ?? NaN)) / mean }));
  }
  return fit(f, weight, [low, high], degree, [...known, Math.fround((solution[0] ?? NaN) / reach ** known.length)]);
};

/** @type {(term: (k: number) => number) => Real} Power series with the given coefficients. */
const series = (term) => {
  const terms = Array.from({ length: 60 }, (_, k) => term(k));
  return (x) => horner(terms, x);
};
/** @type {(n: number) => number} */
const factorial = (n) => (n <= 1 ? 1 : n * factorial(n - 1));

const half = Math.LN2 / 2;
/** @type {{ readonly [name: string]: { f: Real, weight: Real, interval: readonly [number, number], degree: number } }} */
const tails = {
  exp: { f: series((k) => 1 / factorial(k + 2)), weight: (r) => r ** 2 / Math.exp(r), interval: [-half, half], degree: 4 },
  exp2: {
    f: series((k) => Math.LN2 ** (k + 1) / factorial(k + 1)),
    weight: (x) => Math.abs(x) / 2 ** x,
    interval: [-0.5, 0.5],
    degree: 5,
  },
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
    degree: 4,
  },
  sin: {
    f: series((k) => (-1) ** (k + 1) / factorial(2 * k + 3)),
    weight: (v) => (v * Math.sqrt(v)) / Math.sin(Math.sqrt(v)),
    interval: [1e-9, 0.62],
    degree: 2,
  },
  cos: {
    f: series((k) => (-1) ** k / factorial(2 * k + 4)),
    weight: (v) => v ** 2 / Math.cos(Math.sqrt(v)),
    interval: [1e-9, 0.62],
    degree: 2,
  },
  atanh: { f: series((k) => 1 / (2 * k + 5)), weight: (w) => w ** 2, interval: [1e-9, (Math.SQRT2 - 1) ** 4], degree: 3 },
};

for (const [name, { f, weight, interval, degree }] of Object.entries(tails)) {
  const coefficients = fit(f, weight, interval, degree);
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

/** Balanced base-2¹¹ digits of 2^shift/(2π) modulo 2²², first digit first. @type {(shift: bigint, count: number) => number[]} */
const digits = (shift, count) => {
  const bits = 512n;
  const fraction = BigInt(11 * (count - 2));
  const inverse = (1n << (2n * bits)) / (2n * pi(bits));
  let rest = ((inverse << shift) + (1n << (bits - fraction - 1n))) >> (bits - fraction);
  /** @type {number[]} */
  const result = [];
  for (let k = 0; k < count; k++) {
    const digit = ((rest + 1024n) & 2047n) - 1024n;
    result.unshift(Number(digit));
    rest = (rest - digit) >> 11n;
  }
  return result;
};
for (const shift of [0n, 32n, 64n, 96n]) console.log(`2^${shift}/(2π): [${digits(shift, 11).join(', ')}]`);
