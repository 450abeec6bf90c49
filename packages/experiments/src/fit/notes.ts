import type { ModelEntry } from './models.ts';
import type { FitProblem } from './problem.ts';

const withNegatives = ({ inputs, interpolation, extrapolation }: FitProblem): readonly string[] =>
  inputs.filter((_, column) =>
    [interpolation, extrapolation].some(({ x, columns }) => x.some((value, at) => at % columns === column && value < 0)),
  );

/** What a person should know about these models on this problem, in whole sentences. */
export const notesOn = (problem: FitProblem, models: readonly ModelEntry[]): readonly string[] => {
  const blind = models.filter(({ readsMagnitudes }) => readsMagnitudes).map(({ title }) => title);
  const negative = withNegatives(problem);
  if (blind.length === 0 || negative.length === 0) return [];
  const columns = `${negative.map((name) => `"${name}"`).join(', ')} ${negative.length === 1 ? 'has' : 'have'} negative values`;
  return [`${columns}, and products see magnitudes only: in ${blind.join(', ')} such a sign changes no product.`];
};
