/* oxlint-disable oxc/approx-constant -- 2.718 is one of the points. */
/** The 99 % points of Student's t for 1, 2, … degrees of freedom. */
const POINTS = [
  31.821, 6.965, 4.541, 3.747, 3.365, 3.143, 2.998, 2.896, 2.821, 2.764, 2.718, 2.681, 2.65, 2.624, 2.602, 2.583, 2.567, 2.552,
  2.539, 2.528, 2.518, 2.508, 2.5, 2.492, 2.485, 2.479, 2.473, 2.467, 2.462, 2.457,
];

/** That of the normal distribution, which many degrees of freedom come near to. */
const NORMAL = 2.326;

/** The upper one-sided 99 % confidence limit of a mean: mean + t·deviation/√n. Of a single value there is none: infinite. */
export const upperLimit = (values: readonly number[]): number => {
  const n = values.length;
  if (n < 2) return Infinity;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return mean + ((POINTS[n - 2] ?? NORMAL) * deviation) / Math.sqrt(n);
};
