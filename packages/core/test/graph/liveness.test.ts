import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lastUses, planMemory, type Lifetime } from '../../src/graph/liveness.ts';
import { trace } from '../../src/graph/trace.ts';

it('finds the last reader of every value', () => {
  const graph = trace([{ name: 'x', shape: [2] }], (x) => {
    const e = x.exp();
    return [e.neg().add(e)];
  });
  // input, exp, neg, add
  expect(graph.nodes.map(({ op }) => op)).toEqual(['input', 'exp', 'neg', 'add']);
  expect(lastUses(graph)).toEqual([1, 3, 3, Infinity]);
});

it('gives a dead value’s place to the next', () => {
  const chain: Lifetime[] = [0, 1, 2, 3].map((step) => ({ size: 10, first: step, last: step + 1 }));
  const plan = planMemory(chain);
  expect(plan).toEqual({ offsets: [0, 10, 0, 10], length: 20, peak: 20 });
});

it('never overlaps two values that live together, keeps to the alignment, and needs no less than the peak', () => {
  const lifetime = fc
    .record({ size: fc.nat(50), first: fc.nat(20), length: fc.nat(10) })
    .map(({ size, first, length }) => ({ size, first, last: first + length }));
  fc.assert(
    fc.property(fc.array(lifetime, { maxLength: 30 }), fc.constantFrom(1, 4), (lifetimes, align) => {
      const { offsets, length, peak } = planMemory(lifetimes, align);
      lifetimes.forEach((a, i) => {
        expect(offsets[i]! % align).toBe(0);
        expect(offsets[i]! + a.size).toBeLessThanOrEqual(length);
        lifetimes.forEach((b, j) => {
          const together = i !== j && a.first <= b.last && b.first <= a.last && a.size > 0 && b.size > 0;
          if (together) expect(offsets[i]! + a.size <= offsets[j]! || offsets[j]! + b.size <= offsets[i]!).toBe(true);
        });
      });
      const alive = Array.from({ length: 40 }, (_, step) =>
        lifetimes.reduce((sum, { size, first, last }) => (first <= step && step <= last ? sum + size : sum), 0),
      );
      expect(peak).toBe(Math.max(...alive));
      expect(length).toBeGreaterThanOrEqual(peak);
    }),
  );
});
