import { median } from '@nalu/experiments/benchmark';
import { short } from '../output/numbers.ts';

/** The median as text; nothing of no values. */
export const middle = (values: readonly number[]): string => (values.length === 0 ? '' : short(median(values)));
