import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/checkpoint/safetensors.ts';
import { CheckpointError } from '../../src/errors.ts';

/** A file from its parts, written without the code under test. */
const file = (header: string | Uint8Array, data: readonly number[] = [], length?: number): Uint8Array => {
  const head = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const announced = length ?? head.length;
  const prefix = [announced & 255, (announced >> 8) & 255, (announced >> 16) & 255, (announced >>> 24) & 255, 0, 0, 0, 0];
  return Uint8Array.from([...prefix, ...head, ...data]);
};

const one = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
const eightBytes = [0, 0, 128, 63, 0, 0, 0, 192];

describe('safetensors', () => {
  it('reads a file assembled by hand', () => {
    const { tensors, metadata } = decodeSafetensors(
      file(
        '{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F64","shape":[],"data_offsets":[8,16]}}  ',
        [...eightBytes, ...[0, 0, 0, 0, 0, 0, 240, 63]],
      ),
    );
    expect(metadata).toEqual({ a: 'b' });
    expect(tensors.get('w')).toEqual({ shape: [2], data: Float32Array.of(1, -2) });
    expect(tensors.get('v')).toEqual({ shape: [], data: Float64Array.of(1) });
  });

  it('writes the bytes of a file assembled by hand: widest first, then by name, header padded with spaces', () => {
    const bytes = encodeSafetensors({
      metadata: { a: 'b' },
      tensors: new Map([
        ['w', { shape: [2], data: Float32Array.of(1, -2) }],
        ['v', { shape: [], data: Float64Array.of(1) }],
      ]),
    });
    const header =
      '{"__metadata__":{"a":"b"},"v":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}';
    const padding = (8 - (header.length % 8)) % 8;
    expect([...bytes]).toEqual([...file(header + ' '.repeat(padding)), ...[0, 0, 0, 0, 0, 0, 240, 63], ...eightBytes]);
  });

  it('keeps every bit, payloads of NaNs included, from any place in memory', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 0, maxLength: 64 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), bits, { maxKeys: 5 }),
        fc.dictionary(fc.string(), fc.string()),
        fc.boolean(),
        (named, metadata, wide) => {
          const width = wide ? 8 : 4;
          const tensors = new Map(
            Object.entries(named)
              .filter(([name]) => name !== '__metadata__')
              .map(([name, values]) => {
                const count = Math.floor(values.length / width);
                const buffer = Uint8Array.from([...new Array<number>(width).fill(7), ...values.slice(0, count * width)]).buffer;
                return [
                  name,
                  { shape: [1, count], data: wide ? new Float64Array(buffer, width) : new Float32Array(buffer, width) },
                ] as const;
              }),
          );
          const back = decodeSafetensors(encodeSafetensors({ metadata, tensors }));
          expect(back.metadata).toEqual({ ...metadata });
          expect([...back.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
          for (const [name, { shape, data }] of tensors) {
            const read = back.tensors.get(name)!;
            expect(read.shape).toEqual(shape);
            expect(read.data.constructor).toBe(data.constructor);
            expect(Buffer.from(read.data.buffer)).toEqual(Buffer.from(data.buffer, width));
          }
        },
      ),
    );
  });

  it.each([
    ['nothing', Uint8Array.of(), /0 bytes/],
    ['fewer bytes than the length', Uint8Array.of(1, 2, 3), /3 bytes/],
    ['a header longer than the file', file(one, eightBytes, 5000), /header of 5000 bytes, but only 62/],
    ['an absurd header length', Uint8Array.from(new Array<number>(64).fill(255)), /18446744073709551615 bytes; at most/],
    ['a header that is not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), /not UTF-8/],
    ['bad JSON', file('{"w":'), /not valid JSON/],
    ['a header that is no object', file('[1]'), /must be a JSON object/],
    ['space before the header', file(` ${one}`, eightBytes), /starts with "\{"/],
    ['a name that occurs twice', file(`${one.slice(0, -1)},${one.slice(1)}`, eightBytes), /name "w" twice/],
    ['a name that occurs twice, once escaped', file(`${one.slice(0, -1)},"\\u0077":1}`, eightBytes), /name "w" twice/],
    [
      'a field that occurs twice',
      file('{"w":{"dtype":"F32","dtype":"F64","shape":[2],"data_offsets":[0,8]}}', eightBytes),
      /name "dtype" twice/,
    ],
    ['metadata that is no object', file('{"__metadata__":[]}'), /object of strings/],
    ['metadata that is not a string', file('{"__metadata__":{"n":1}}'), /"n" is not a string/],
    ['an entry that is no object', file('{"w":3}'), /"w".*expected an object/],
    ['no dtype', file('{"w":{"shape":[2],"data_offsets":[0,8]}}', eightBytes), /dtype must be a string/],
    [
      'an unknown dtype',
      file('{"w":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}', eightBytes),
      /"BF16", which Nalu does not read/,
    ],
    [
      'a dtype with the name of a method',
      file('{"w":{"dtype":"toString","shape":[4],"data_offsets":[0,8]}}', eightBytes),
      /"toString"/,
    ],
    ['a shape that is no list', file('{"w":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}', eightBytes), /shape must be/],
    ['a negative length', file('{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}', eightBytes), /shape must be/],
    ['a broken length', file('{"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}', eightBytes), /shape must be/],
    ['one offset', file('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}', eightBytes), /data_offsets must be/],
    [
      'offsets in the wrong order',
      file('{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}', eightBytes),
      /takes 8 bytes.*hold -8/,
    ],
    [
      'a shape that does not fit its bytes',
      file('{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}', eightBytes),
      /\[3\] of F32 takes 12 bytes/,
    ],
    ['data cut in half', file(one, eightBytes.slice(0, 4)), /cut short: tensor "w" ends at byte 8/],
    ['data left over', file(one, [...eightBytes, 1]), /1 bytes after its last tensor/],
    ['a gap', file('{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', eightBytes), /no gaps/],
    [
      'an overlap',
      file(
        '{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
        eightBytes,
      ),
      /"w".*overlaps/,
    ],
  ])('refuses %s, and says so', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(CheckpointError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  it.each([
    ['a shape that does not fit', new Map([['w', { shape: [3], data: Float32Array.of(1, 2) }]]), /"w" has shape \[3\]/],
    ['the reserved name', new Map([['__metadata__', { shape: [], data: Float32Array.of(1) }]]), /keeps that name/],
    [
      'another kind of array',
      new Map([['w', { shape: [1], data: Int8Array.of(1) as unknown as Float32Array }]]),
      /must be a Float32Array/,
    ],
  ])('refuses to write %s', (_, tensors, message) => {
    expect(() => encodeSafetensors({ metadata: {}, tensors })).toThrow(message);
  });

  it('never fails with anything but a CheckpointError', () => {
    const decodes = (bytes: Uint8Array): void => {
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
      }
    };
    const good = encodeSafetensors({
      metadata: { kind: 'x' },
      tensors: new Map([
        ['w', { shape: [2, 1], data: Float32Array.of(1, -2) }],
        ['v', { shape: [], data: Float64Array.of(1) }],
      ]),
    });
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), decodes));
    fc.assert(fc.property(fc.json(), fc.uint8Array({ maxLength: 8 }), (header, data) => decodes(file(header, [...data]))));
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'F64', 'I8'), fc.jsonValue()),
        shape: fc.array(fc.nat(3)),
        data_offsets: fc.array(fc.nat(16)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), entry), fc.uint8Array({ maxLength: 16 }), (header, data) =>
        decodes(file(JSON.stringify(header), [...data])),
      ),
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), byte, (at, value) => {
        const damaged = good.slice();
        damaged[at] = value;
        decodes(damaged);
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeSafetensors(good.subarray(0, length))).toThrow(CheckpointError);
    }
  });

  it('survives a header of ten million characters in one name', () => {
    const name = 'n'.repeat(10_000_000);
    const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(`{"${name}":3}`)]);
    bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
    expect(() => decodeSafetensors(bytes)).toThrow(CheckpointError);
  });
});
