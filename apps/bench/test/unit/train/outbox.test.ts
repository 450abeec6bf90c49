import { expect, test } from 'vitest';
import { newOutbox } from '../../../src/workers/train/outbox.ts';
import { perMember } from '../../../src/workers/train/look.ts';

test('posts at once, then together at the given rate, and what is left at the end', () => {
  let time = 0;
  const posts: (readonly number[])[] = [];
  const outbox = newOutbox<number>(
    (items) => posts.push(items),
    100,
    () => time,
  );
  outbox.add(1);
  time = 40;
  outbox.add(2);
  time = 99;
  outbox.add(3);
  expect(posts).toEqual([[1]]);
  time = 101;
  outbox.add(4);
  expect(posts).toEqual([[1], [2, 3, 4]]);
  outbox.add(5);
  outbox.flush();
  outbox.flush();
  expect(posts).toEqual([[1], [2, 3, 4], [5]]);
});

test('parts of each member come behind one another', () => {
  expect([...perMember([Float32Array.of(1, 2, 5, 6), Float32Array.of(3, 7)], 2)]).toEqual([1, 2, 3, 5, 6, 7]);
  expect(perMember([], 3)).toHaveLength(0);
});
