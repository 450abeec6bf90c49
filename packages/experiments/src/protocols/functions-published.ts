import type { Published } from '../reproduce/published.ts';

/** By test and operation: static ReLU6, linear, NAC, NALU; recurrent LSTM, ReLU, NAC, NALU. ">999" in the paper is 999 here. */
type Table = { readonly [operation: string]: readonly number[] };

/** Table 1 as it is commonly cited; its text could not be checked. */
const inside: Table = {
  '+': [0.2, 0, 0, 0, 0, 0, 0, 0],
  '-': [0, 0, 0, 0, 0, 0, 0, 0],
  '*': [3.2, 20.9, 21.4, 0, 0, 0, 1.5, 0],
  '/': [4.2, 35, 37.1, 5.3, 0, 0, 1.2, 0],
  'a^2': [0.7, 4.3, 22.4, 0, 0, 0, 2.3, 0],
  'sqrt(a)': [0.5, 2.2, 3.6, 0, 0, 0, 2.1, 0],
};

const outside: Table = {
  '+': [42.6, 0, 0, 0, 96.1, 85.5, 0, 0],
  '-': [29, 0, 0, 0, 97, 70.9, 0, 0],
  '*': [10.1, 29.5, 33.3, 0, 98.2, 97.9, 88.4, 0],
  '/': [37.2, 52.3, 61.3, 0.7, 95.6, 863.5, 999, 999],
  'a^2': [47, 25.1, 53.3, 0, 98, 98, 123.7, 0],
  'sqrt(a)': [10.3, 20, 16.4, 0, 95.8, 34.1, 999, 0],
};

/** @param column 0 to 3: the static models; 4 to 7: the recurrent ones. */
export const publishedScores = (
  operation: string,
  column: number,
): { readonly inside: Published; readonly outside: Published } => ({
  inside: { value: inside[operation]![column]!, certainty: 'unverified' },
  outside: { value: outside[operation]![column]!, certainty: 'unverified' },
});
