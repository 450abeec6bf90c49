import { InvalidArgumentError } from 'commander';
import { nearest } from '@nalu/experiments';

/** Reads a whole number from `low` to `high`. */
export const whole =
  (low: number, high: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(
      `It must be a whole number ${high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`}.`,
    );
  };

/** Reads one of a few words, and collects them when the option is repeated or lists them with commas. */
export const oneOf =
  (words: readonly string[]) =>
  (text: string, previous: readonly string[] | undefined): readonly string[] => {
    const chosen = text.split(',').map((word) => word.trim());
    for (const word of chosen) {
      if (words.includes(word)) continue;
      const near = nearest(word, words);
      throw new InvalidArgumentError(
        `There is no "${word}".${near === undefined ? '' : ` Did you mean "${near}"?`} Known: ${words.join(', ')}.`,
      );
    }
    return [...new Set([...(previous ?? []), ...chosen])];
  };

/** Column names, separated by commas; the option may be repeated. */
export const names = (text: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  ...text.split(',').map((name) => name.trim()),
];
