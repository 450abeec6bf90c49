import { text } from '../../links/fields.ts';
import { viewLink } from '../../links/viewLink.ts';

/** Which experiment is shown. */
export const resultsLink = viewLink('results', { experiment: text('identity', 60) });
