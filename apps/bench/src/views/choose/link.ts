import { variants, type VariantName } from '../../backends/backends.ts';
import { manyOf, oneOf, text } from '../../links/fields.ts';
import { viewLink } from '../../links/viewLink.ts';
import { allWorkloads } from '../compare/setup.ts';
import { certifiedPlaces } from '../conformance/reports/places.ts';
import { sorts } from './rows.ts';

/** What is asked for, how it is sorted, and the chosen row. */
export const chooseLink = viewLink('choose', {
  search: text('', 60),
  places: manyOf(['here', ...certifiedPlaces], []),
  on: oneOf(['any', 'cpu', 'gpu'], 'any'),
  workload: oneOf(
    allWorkloads.map(({ name }) => name),
    'nalu-2-1-b128',
  ),
  sort: oneOf(sorts, 'needs'),
  order: oneOf(['up', 'down'], 'up'),
  pick: oneOf<VariantName>(
    variants.map(({ name }) => name),
    'js',
  ),
});
