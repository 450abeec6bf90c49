import reports from 'virtual:certification';
import type { Report } from './report.ts';

/** Every report below docs/certification. They are part of this view's code: all of them together are 10 kB when compressed. */
export const committed: readonly Report[] = reports;
