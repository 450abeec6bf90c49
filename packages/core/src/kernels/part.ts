import { variable } from '../graph/views.ts';
import type { OpName } from '../ops/attrs.ts';
import type { Kernel, Segment, Statement } from './ir.ts';

/** A segment that is not in a kernel yet: its statements count positions in its own list of reads. */
export interface Part {
  readonly segment: Segment;
  readonly reads: readonly number[];
  readonly ops: readonly OpName[];
}

export const writesOf = ({ segment }: Part): readonly number[] => segment.writes.map(({ value }) => value);

/** Copies a value as it is. */
export const copyPart = (from: number, to: number, size: number): Part => ({
  segment: {
    size,
    body: [{ kind: 'read', name: 'v', from: 0, at: variable('i', size) }],
    writes: [{ value: to, from: 'v' }],
  },
  reads: [from],
  ops: [],
});

const renumbered = (statements: readonly Statement[], positions: readonly number[]): readonly Statement[] =>
  statements.map((statement) => {
    if (statement.kind === 'read') return { ...statement, from: positions[statement.from]! };
    return 'body' in statement ? { ...statement, body: renumbered(statement.body, positions) } : statement;
  });

/** One kernel of all parts. */
export const joined = (parts: readonly Part[]): Kernel => {
  const reads = [...new Set(parts.flatMap((part) => part.reads))];
  const segments = parts.map((part) => ({
    ...part.segment,
    body: renumbered(
      part.segment.body,
      part.reads.map((value) => reads.indexOf(value)),
    ),
  }));
  return { reads, segments, ops: parts.flatMap((part) => part.ops) };
};
