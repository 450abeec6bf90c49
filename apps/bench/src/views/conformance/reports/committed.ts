import { readCertificate, type Report } from './report.ts';

/** They are part of this view's code: all of them together are 10 kB when compressed. */
const files = import.meta.glob<unknown>('../../../../../../docs/certification/*/*.json', { eager: true, import: 'default' });

/** Every report below docs/certification. */
export const committed: readonly Report[] = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([, json]) => readCertificate(json));
