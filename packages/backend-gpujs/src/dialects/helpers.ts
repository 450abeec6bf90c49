import type { HelperFunction } from './dialect.ts';

/** What the helper of an op is called. gpu.js rewrites names with underscores. */
export const helperName = (op: string): string => `nalu${op[0]!.toUpperCase()}${op.slice(1)}`;

/** A helper in gpu.js's JavaScript. */
export const gpujsFunction = (name: string, parameters: readonly string[], body: string): HelperFunction => ({
  name,
  parameters,
  source: `function ${name}(${parameters.join(', ')}) {\n${body}\n}`,
  language: 'gpujs',
  calls: [...new Set([...body.matchAll(/\b(nalu[A-Z]\w*)\(/g)].map(([, called]) => called!))],
});

/** The parameters c0, c1, … of a key of so many components, then `at`. */
export const keyParameters = (length: number): readonly string[] => [...Array.from({ length }, (_, i) => `c${i}`), 'at'];

/** An element of a parameter, as gpu.js itself reads it. */
export const subscript = (parameter: string, index: string): string => `${parameter}[${index}]`;

const ELEMENT = 'naluElement';

/** Name of the function that reads an element of a parameter. */
export const elementName = (parameter: string): string => `${ELEMENT}${parameter.toUpperCase()}`;

/** The parameter in such a name. */
export const parameterIn = (name: string): string | undefined =>
  name.startsWith(ELEMENT) ? name.slice(ELEMENT.length).toLowerCase() : undefined;

/** Name of the function that draws a number from a key of so many components. */
export const randomName = (length: number): string => `naluRandom${length}`;

/** The length of the key in such a name. */
const keyLengthOf = (name: string): number | undefined => {
  const [, digits] = /^naluRandom(\d+)$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

/** Helpers by name, and one for every length of a key. */
export const helperTable =
  (
    helpers: readonly HelperFunction[],
    random: (length: number) => HelperFunction,
  ): ((name: string) => HelperFunction | undefined) =>
  (name) => {
    const length = keyLengthOf(name);
    return length === undefined ? helpers.find((helper) => helper.name === name) : random(length);
  };
