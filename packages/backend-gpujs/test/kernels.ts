import type { Dialect } from '../src/dialects/dialect.ts';
import { printKernel, readsOf, type PrintedKernel } from '../src/printing/kernel.ts';
import type { Kernel } from '@nalu/core/kernels';

/** Prints a kernel whose reads are parameters a0, a1, … */
export const print = (kernel: Kernel, dialect: Dialect): PrintedKernel =>
  printKernel(
    kernel,
    dialect,
    readsOf(kernel).map((_, i) => `a${i}`),
    (position) => ({ parameter: `a${position}`, start: 0 }),
  );

type Thread = (this: { readonly thread: { readonly x: number } }, ...args: readonly ArrayLike<number>[]) => number;

/** Runs a printed kernel as the JavaScript that it is, one thread after the other. */
export const runAsJavaScript = ({ source, helpers, size }: PrintedKernel, reads: readonly ArrayLike<number>[]): number[] => {
  const thread = new Function(`${helpers.map((helper) => helper.source).join('\n')}\nreturn (${source});`)() as Thread;
  return Array.from({ length: size }, (_, x) => thread.call({ thread: { x } }, ...reads));
};
