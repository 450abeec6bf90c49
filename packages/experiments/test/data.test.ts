import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataSet, dataSetNames, decodeTable, maxTableBytes, readTableFile, UnknownDataSetError } from '../src/data.ts';
import { nearest, readTable } from '../src/index.ts';

/** Each law, written from the physics, and how far the measurements may stray from it. */
const laws: Record<string, readonly [law: (row: Float64Array) => number, tolerance: number]> = {
  planets: [([distance]) => distance! ** 1.5, 0.002],
  boyle: [([volume]) => 1 / volume!, 0.015],
  galileo: [([time]) => time! ** 2, 0.02],
  escape: [([mass, diameter]) => Math.sqrt(mass! / diameter!), 0.015],
};

describe('the data sets', () => {
  test('are the ones with a law below', async () => {
    expect(await dataSetNames()).toEqual(Object.keys(laws).sort());
  });

  test.each(Object.keys(laws))('%s: reads, follows its law, and says where it comes from', async (name) => {
    const set = await dataSet(name);
    const table = readTable(set.text, { target: set.target, ignore: set.ignore, file: set.file });
    const [law, tolerance] = laws[name]!;
    for (let row = 0; row < table.rows; row++) {
      const wanted = law(table.x.subarray(row * table.columns, (row + 1) * table.columns));
      expect(Math.abs(table.y[row]! / wanted - 1)).toBeLessThan(tolerance);
    }
    expect(Object.keys(set.columns).sort()).toEqual([...table.names, table.target, ...table.ignored].sort());
    expect(set.text.length).toBeLessThan(4096);
    for (const words of [set.title, set.source, set.licence, set.formula]) expect(words).not.toBe('');
  });

  test("derived columns agree with Boyle's and Galileo's own readings", async () => {
    for (const [name, raw, derived, unit] of [
      ['boyle', 'spaces', 'volume', 48],
      ['boyle', 'inches', 'pressure', 29.125],
      ['galileo', 'points', 'distance', 33],
    ] as const) {
      const { x, y } = readTable((await dataSet(name)).text, { target: derived, inputs: [raw], file: name });
      y.forEach((value, row) => expect(Math.abs(value * unit - x[row]!)).toBeLessThan(1e-4 * x[row]!));
    }
  });

  test('an unknown name gets the nearest one', async () => {
    await expect(dataSet('planet')).rejects.toThrow(UnknownDataSetError);
    await expect(dataSet('planet')).rejects.toThrow('Did you mean "planets"?');
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nalu-data-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  test('text comes back, without its byte order mark', async () => {
    expect(await readTableFile(await write('mark.csv', '\ufeffa,ü\n1,2\n'))).toBe('a,ü\n1,2\n');
  });

  test('a huge file is refused before it is read', async () => {
    const path = await write('huge.csv', 'a,y\n');
    await truncate(path, maxTableBytes + 1);
    await expect(readTableFile(path)).rejects.toMatchObject({ name: 'TableError', problem: 'too-large', file: path });
    await expect(readTableFile(path)).rejects.toThrow('the limit is 32.0 MiB');
  });

  test.each([
    ['Latin-1', Uint8Array.of(0x61, 0x2c, 0xfc, 0x0a), /not UTF-8/],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0x00), /UTF-16/],
    ['null bytes', Uint8Array.of(0x61, 0x00, 0x62, 0x00), /null bytes/],
  ])('%s is refused', (_, bytes, says) => {
    expect(() => decodeTable(bytes, 'f.csv')).toThrow(
      expect.objectContaining({ name: 'TableError', problem: 'not-utf8', message: expect.stringMatching(says) }),
    );
  });

  test('a missing file and a folder are said to be such', async () => {
    await expect(readTableFile(join(folder, 'none.csv'))).rejects.toMatchObject({
      problem: 'unreadable-file',
      message: expect.stringContaining('no such file'),
    });
    await expect(readTableFile(folder)).rejects.toMatchObject({
      problem: 'unreadable-file',
      message: expect.stringContaining('folder'),
    });
  });
});

describe('the nearest name', () => {
  const names = ['a+b', 'a-b', 'sqrt(a)', 'planets'];
  test.each([
    ['sqrt(b)', 'sqrt(a)'],
    ['SQRT(A)', 'sqrt(a)'],
    ['a+c', 'a+b'],
    ['plantes', 'planets'],
    ['temperature', undefined],
  ])('%s: %s', (wanted, found) => expect(nearest(wanted, names)).toBe(found));
});
