/**
 * How certain a published figure is. `certain`: read in the authors' own files. `computed`: from the authors' published results
 * of single runs. `figure`: read off the authors' figure. `abstract`: only the abstract says it. `secondary`: from somebody else's
 * page. `unverified`: commonly cited, but not found in a source that could be checked.
 */
export type Certainty = 'certain' | 'computed' | 'figure' | 'abstract' | 'secondary' | 'unverified';

/** A figure from a paper. A success rate is a share from 0 to 1; other figures are in the unit of the test's score. */
export interface Published {
  readonly value: number;
  readonly certainty: Certainty;
  /** Of how many runs, where a rate is compared with ours. */
  readonly runs?: number;
  /** Where ours differs significantly: what was found when it was looked into. */
  readonly explanation?: string;
}

/** What each certainty means, for reports. */
export const certainties: { readonly [K in Certainty]: string } = {
  certain: "read in the authors' own files",
  computed: "computed from the authors' results of single runs",
  figure: "read off the authors' figure",
  abstract: 'said in the abstract only',
  secondary: "from somebody else's page",
  unverified: 'commonly cited, not found in a source that could be checked',
};
