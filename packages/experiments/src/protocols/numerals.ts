import { streamOf, uniform } from '@nalu/core';

const units = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];

const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** Every word; the number of a word is its place, from 1. 0 is no word: what stands before a short numeral. */
export const words: readonly string[] = [...units, ...tens, 'hundred', 'thousand', 'and'];

/** Words of the longest numeral: three hundred and seventy three. */
export const longest = 5;

const below100 = (n: number): readonly string[] => {
  if (n === 0) return [];
  if (n < 20) return [units[n - 1]!];
  return [tens[Math.floor(n / 10) - 2]!, ...below100(n % 10)];
};

/** 1 to 1000 in English, word by word: three, hundred, and, seventy, three. */
export const numeral = (n: number): readonly string[] => {
  if (n === 1000) return ['one', 'thousand'];
  const hundreds = Math.floor(n / 100);
  if (hundreds === 0) return below100(n);
  const rest = below100(n % 100);
  return [units[hundreds - 1]!, 'hundred', ...(rest.length > 0 ? ['and', ...rest] : [])];
};

/** The numbers of a numeral's words, filled up with 0 at the front. */
export const tokens = (n: number): readonly number[] => {
  const own = numeral(n).map((word) => words.indexOf(word) + 1);
  return [...new Array<number>(longest - own.length).fill(0), ...own];
};

export interface Split {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/**
 * 1 to 1000 in 169, 200 and 631: 1 to 20, the tens, 100 and 1000 are for training, so that every word occurs there; the others are
 * dealt by chance, the same in every run.
 */
export const splitNumerals = (): Split => {
  const needed = [...Array.from({ length: 20 }, (_, i) => i + 1), 30, 40, 50, 60, 70, 80, 90, 100, 101, 1000];
  const others = Array.from({ length: 1000 }, (_, i) => i + 1).filter((n) => !needed.includes(n));
  const random = uniform(0, 0, streamOf('numerals'), 0, others.length);
  const dealt = others.map((n, i) => ({ n, at: random[i]! })).sort((a, b) => a.at - b.at || a.n - b.n);
  const numbers = [...needed, ...dealt.map(({ n }) => n)];
  const part = (from: number, to: number): readonly number[] => numbers.slice(from, to).sort((a, b) => a - b);
  return { train: part(0, 169), validation: part(169, 369), test: part(369, 1000) };
};
