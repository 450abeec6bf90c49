import { readDocument, type ResultDocument } from './document.ts';

/** Each is loaded when it is first shown. */
const files = import.meta.glob<unknown>('../../../../../docs/results/*/*.json', { import: 'default' });

/** The experiment as it is comes first, then its parts. */
const ofExperiment = (name: string): readonly string[] =>
  [`/docs/results/${name}/`, `/docs/results/${name}--`].flatMap((start) =>
    Object.keys(files)
      .filter((path) => path.includes(start))
      .sort(),
  );

/** Whether some result of an experiment is committed. */
export const hasResults = (name: string): boolean => ofExperiment(name).length > 0;

/** Results of one command. */
export interface ResultPart {
  /** What is special about it, in words: of `smat--10-inputs-sums`, `10 inputs sums`. Empty for the experiment as it is. */
  readonly label: string;
  readonly document: ResultDocument;
}

const labelOf = (path: string): string => (/--([^/]+)\//.exec(path)?.[1] ?? '').replaceAll('-', ' ');

/** The committed results of an experiment: usually one, more where parts of it were run in other ways. */
export const loadResults = (name: string): Promise<readonly ResultPart[]> =>
  Promise.all(ofExperiment(name).map(async (path) => ({ label: labelOf(path), document: readDocument(await files[path]!()) })));
