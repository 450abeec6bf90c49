import { readDocument, type ResultDocument } from './document.ts';

/** Each is loaded when it is first shown. */
const files = import.meta.glob<unknown>('../../../../../docs/results/*/*.json', { import: 'default' });

const ofExperiment = (name: string): readonly string[] =>
  Object.keys(files)
    .filter((path) => path.includes(`/docs/results/${name}/`) || path.includes(`/docs/results/${name}--`))
    .sort();

/** Whether some result of an experiment is committed. */
export const hasResults = (name: string): boolean => ofExperiment(name).length > 0;

/** The committed results of an experiment: usually one, more where parts of it were run in other ways. */
export const loadResults = (name: string): Promise<readonly ResultDocument[]> =>
  Promise.all(ofExperiment(name).map(async (path) => readDocument(await files[path]!())));
