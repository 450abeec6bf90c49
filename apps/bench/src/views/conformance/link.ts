import { oneOf, text } from '../../links/fields.ts';
import { viewLink } from '../../links/viewLink.ts';
import { families } from './matrix/columns.ts';
import { certifiedPlaces } from './reports/places.ts';

/** What is shown: which columns, and the cell whose details are open. An open column without an op: the column's own details. */
export const conformanceLink = viewLink('conformance', {
  backend: oneOf(['all', ...families], 'all'),
  place: oneOf(['together', 'apart', ...certifiedPlaces], 'together'),
  op: text('', 40),
  column: text('', 80),
});
