import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duplicateKey } from '../../src/checkpoint/duplicateKey.ts';

it('finds no duplicate in what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      expect(duplicateKey(JSON.stringify(value, undefined, indent))).toBeUndefined();
    }),
  );
});

it('finds a key that is written twice in one object, however it is spelled', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (key, first, second) => {
      const name = JSON.stringify(key);
      const escaped = `"${Array.from(key, (_, i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
      fc.pre(Array.from(key).length === key.length);
      expect(
        duplicateKey(`[{"a b":{${name}:0}, ${name} : ${JSON.stringify(first)},\n ${escaped}:${JSON.stringify(second)}}]`),
      ).toBe(key);
    }),
  );
});

it('allows the same key in two objects', () => {
  expect(duplicateKey('{"a":{"a":1},"b":[{"a":2},{"a":"a"}]}')).toBeUndefined();
});
