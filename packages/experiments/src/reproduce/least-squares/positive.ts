type Vector = Float64Array<ArrayBufferLike>;

/** Solves A·d = g for a symmetric positive A [n, n], of which the lower half is read, by Cholesky; undefined when it is not positive. */
export const solvePositive = (a: Vector, g: Vector): Vector | undefined => {
  const n = g.length;
  const lower = new Float64Array(n * n);
  const d = Float64Array.from(g);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i === j && !(sum > 0)) return undefined;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) d[i] = d[i]! - lower[i * n + k]! * d[k]!;
    d[i] = d[i]! / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) d[i] = d[i]! - lower[k * n + i]! * d[k]!;
    d[i] = d[i]! / lower[i * n + i]!;
  }
  return d;
};
