import * as v from 'valibot';

/** One thing that a link says: how it is read from text, and written. */
export interface Field<T> {
  /** What holds when a link does not say. It is not written. */
  readonly initial: T;
  readonly schema: v.GenericSchema<string, T>;
  readonly print: (value: T) => string;
}

/** One of some words. */
export const oneOf = <const T extends string>(options: readonly T[], initial: NoInfer<T>): Field<T> => ({
  initial,
  schema: v.picklist(options, `it must be one of ${options.join(', ')}`) as unknown as v.GenericSchema<string, T>,
  print: String,
});

/** Any of some words. */
export const manyOf = <const T extends string>(options: readonly T[], initial: readonly NoInfer<T>[]): Field<readonly T[]> => ({
  initial,
  schema: v.pipe(
    v.string(),
    v.transform((text) => (text === '' ? [] : text.split(','))),
    v.array(v.picklist(options, ({ input }) => `there is no ${String(input)}`)),
  ),
  print: (values) => values.join(','),
});

/** Words that only the reader of the link knows. */
export const words = (initial: readonly string[] = []): Field<readonly string[]> => ({
  initial,
  schema: v.pipe(
    v.string(),
    v.maxLength(2000, 'it is too long'),
    v.transform((text) => (text === '' ? [] : text.split(','))),
  ),
  print: (values) => values.join(','),
});

/** Text of at most so many characters. */
export const text = (initial: string, maxLength = 2000): Field<string> => ({
  initial,
  schema: v.pipe(v.string(), v.maxLength(maxLength, `it is longer than ${maxLength} characters`)),
  print: String,
});

/** A number of a range. */
export const number = (
  initial: number,
  {
    min = -Infinity,
    max = Infinity,
    integer = false,
  }: { readonly min?: number; readonly max?: number; readonly integer?: boolean } = {},
): Field<number> => ({
  initial,
  schema: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty('it must be a number'),
    v.transform(Number),
    v.finite('it must be a number'),
    v.check((value) => !integer || Number.isInteger(value), 'it must be a whole number'),
    v.minValue(min, `it must be ${min} or more`),
    v.maxValue(max, `it must be ${max} or less`),
  ),
  print: String,
});
