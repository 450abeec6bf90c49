import boyle from '../../../../../../packages/experiments/data/boyle.csv?raw';
import planets from '../../../../../../packages/experiments/data/planets.csv?raw';

interface Example {
  readonly title: string;
  readonly text: string;
  readonly target: string;
  readonly inputs: readonly string[];
}

/** Measurements to begin with: data sets that come with Nalu. */
export const examples: readonly Example[] = [
  { title: 'Planets: distance and year', text: planets, target: 'period', inputs: ['distance'] },
  { title: "Boyle's gas: volume and pressure", text: boyle, target: 'pressure', inputs: ['volume'] },
];
