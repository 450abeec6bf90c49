import type { Kernel, Segment, Statement } from '@nalu/core/kernels';
import { fixed, plus, type Affine } from '@nalu/core/graph';
import type { Dialect, HelperFunction } from '../dialects/dialect.ts';
import { printAffine } from './affine.ts';
import { printStatements } from './statements.ts';

/** Where a kernel finds a value that it reads: a parameter, and where in it the value begins. */
export interface Place {
  readonly parameter: string;
  /** Where it is known: a number. */
  readonly start: number;
  /** Where it is not: a further parameter, which is added. */
  readonly offset?: string;
}

export interface PrintedKernel {
  /** A JavaScript function, as gpu.js wants it. */
  readonly source: string;
  readonly helpers: readonly HelperFunction[];
  /** Threads: the sizes of all segments. */
  readonly size: number;
}

/** Positions in the kernel's reads that its statements use. Loops of length 0 do not run. */
const usedReads = (statements: readonly Statement[], used: Set<number> = new Set()): ReadonlySet<number> => {
  for (const statement of statements) {
    if (statement.kind === 'read') used.add(statement.from);
    else if ('body' in statement && statement.length > 0) usedReads(statement.body, used);
  }
  return used;
};

/** The values that a kernel really reads, in the order of its reads. */
export const readsOf = (kernel: Kernel): readonly number[] => {
  const used = new Set<number>();
  for (const segment of kernel.segments) if (segment.size > 0) usedReads(segment.body, used);
  return kernel.reads.filter((_, position) => used.has(position));
};

/** Where the segments of a kernel begin in its output, and its length. */
export const layoutOf = (kernel: Kernel): { readonly starts: readonly number[]; readonly size: number } => {
  let size = 0;
  const starts = kernel.segments.map((segment) => {
    const start = size;
    size += segment.size;
    return start;
  });
  return { starts, size };
};

const printSegment = (
  segment: Segment,
  position: number,
  start: number,
  dialect: Dialect,
  placeOf: (position: number) => Place,
): string => {
  // Names are told apart by segment: gpu.js infers one type per name.
  const name = (each: string): string => `${each}_${position}`;
  const read = (from: number, at: Affine): string => {
    const { parameter, start: first, offset } = placeOf(from);
    // One number: gpu.js mixes up the types of a sum of two literals.
    const index = printAffine(plus(at, fixed(first)), dialect, name);
    return dialect.element(parameter, offset === undefined ? index : `${offset} + ${index}`);
  };
  const literal = segment.writes[0]!.from;
  const result = typeof literal === 'number' ? dialect.literal(literal) : name(literal);
  return [
    `const ${name('i')} = ${start === 0 ? 'this.thread.x' : `this.thread.x - ${start}`};`,
    printStatements(segment.body, { dialect, read, name }),
    `return ${result};`,
  ].join('\n');
};

/** All helpers that a text calls, those that they call included. */
const helpersIn = (text: string, dialect: Dialect): readonly HelperFunction[] => {
  const found = new Map<string, HelperFunction>();
  const add = (name: string): void => {
    const helper = found.has(name) ? undefined : dialect.helper(name);
    if (helper === undefined) return;
    helper.calls.forEach(add);
    found.set(name, helper);
  };
  for (const [, name] of text.matchAll(/\b(nalu[A-Z]\w*)\(/g)) add(name!);
  return [...found.values()];
};

/**
 * Prints a kernel. Segments become branches of one function, whose one output holds their values one after the other.
 *
 * @param parameters of the function: arrays and the offsets of values in them.
 * @param placeOf where the value at a position of the kernel's reads lies.
 */
export const printKernel = (
  kernel: Kernel,
  dialect: Dialect,
  parameters: readonly string[],
  placeOf: (position: number) => Place,
): PrintedKernel => {
  const { starts, size } = layoutOf(kernel);
  const filled = kernel.segments.flatMap((segment, position) =>
    segment.size === 0 ? [] : [{ position, end: starts[position]! + segment.size }],
  );
  const branches = filled.map(({ position, end }, rank) => {
    const body = printSegment(kernel.segments[position]!, position, starts[position]!, dialect, placeOf);
    if (filled.length === 1) return body;
    const condition = rank < filled.length - 1 ? `if (this.thread.x < ${end}) ` : '';
    return `${rank === 0 ? '' : 'else '}${condition}{\n${body}\n}`;
  });
  const source = `function (${parameters.join(', ')}) {\n${branches.join('\n')}\n}`;
  return { source, helpers: helpersIn(source, dialect), size };
};
