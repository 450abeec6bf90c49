import { expect, test } from 'vitest';
import { newPace } from '../../src/training/chunks.ts';

const never = (): boolean => false;
const always = (): boolean => true;

test('a call takes at most 50 ms by the last measurement, and never more steps than remain', () => {
  const pace = newPace(1e-9);
  expect(pace.next(1e9, never)).toBe(65536);
  expect(pace.next(300, never)).toBe(256);
  expect(pace.next(15, never)).toBe(1);
  pace.learn({ steps: 16, milliseconds: 16, cold: false });
  expect(pace.next(1e9, never)).toBe(16);
  pace.learn({ steps: 16, milliseconds: 16_000, cold: false });
  expect(pace.next(1e9, never)).toBe(1);
});

test('a loop that exists is preferred to a new, shorter one', () => {
  const pace = newPace(0.5);
  expect(pace.next(1000, never)).toBe(16);
  expect(pace.next(1000, always)).toBe(256);
});

test('the first run of a loop cannot make the estimate worse', () => {
  const pace = newPace(0.1);
  pace.learn({ steps: 256, milliseconds: 10_000, cold: true });
  expect(pace.next(1000, never)).toBe(256);
  pace.learn({ steps: 256, milliseconds: 10_000, cold: false });
  expect(pace.next(1000, never)).toBe(1);
});

test('waits after about 25 ms, or when that much work has been started', () => {
  const pace = newPace(1);
  expect(pace.shouldWait(24, 1)).toBe(false);
  expect(pace.shouldWait(25, 1)).toBe(true);
  expect(pace.shouldWait(1, 25)).toBe(true);
});

test('fixed lengths are used whatever they take', () => {
  const pace = newPace(1000, { lengths: [7] });
  expect([pace.next(20, never), pace.next(6, never)]).toEqual([7, 1]);
});

test('waits less often for other threads than for its own, and gives them longer calls', () => {
  const [own, others] = [newPace(0.5), newPace(0.5, { threads: 2 })];
  const steps = [48, 50, 498, 500];
  expect(steps.map((started) => own.shouldWait(started, 0))).toEqual([false, true, true, true]);
  expect(steps.map((started) => others.shouldWait(started, 0))).toEqual([false, false, false, true]);
  expect([500, 1998, 2000].map((started) => others.shouldWait(started, 0, false))).toEqual([false, false, true]);
  expect([own.next(1000, never), others.next(1000, never)]).toEqual([16, 256]);
});
