import {
  CheckpointError,
  checkSameModule,
  decodeCheckpoint,
  describeModule,
  encodeCheckpoint,
  type Module,
  type NamedTensor,
  type Snapshot,
} from '@nalu/core';
import { membersOf, together, type Population } from './population.ts';
import type { Spent } from './spent.ts';

/** A run that was not solved so far: tensors have no null. */
export const NEVER = -1;

/** Before the paths of fitted parameters. */
const FITTED = 'fitted ';

/** The training of a cell, half-way. */
export interface CellState {
  readonly snapshot: Snapshot;
  /** Per run: the step at which it was solved, or NEVER. */
  readonly solvedAt: Float64Array<ArrayBuffer>;
  /** The first of the trained networks, fitted by least squares: as many as were finished. */
  readonly fitted: readonly Population[];
  readonly spent: Spent;
}

/** A training state of core's, with what the experiment has seen beside it. */
export const encodeState = (module: Module, { snapshot, solvedAt, fitted, spent }: CellState): Uint8Array =>
  encodeCheckpoint({
    kind: 'nalu training state',
    module: describeModule(module),
    metadata: { ...snapshot.metadata, ...spent },
    tensors: new Map<string, NamedTensor>([
      ...snapshot.tensors,
      ['solvedAt', { shape: [solvedAt.length], data: solvedAt }],
      ...[...together(fitted)].map(([path, tensor]) => [`${FITTED}${path}`, tensor] as const),
    ]),
  });

/** @throws CheckpointError for a file that is damaged or belongs to another network. */
export const decodeState = (bytes: Uint8Array, module: Module): CellState => {
  const checkpoint = decodeCheckpoint(bytes, 'nalu training state');
  checkSameModule(checkpoint.module, describeModule(module));
  const solvedAt = checkpoint.tensors.get('solvedAt')?.data;
  const { milliseconds, processorMilliseconds } = checkpoint.metadata;
  if (solvedAt === undefined || typeof milliseconds !== 'number' || typeof processorMilliseconds !== 'number')
    throw new CheckpointError('This training state was not saved by an experiment.');
  const fitted = [...checkpoint.tensors].flatMap(([name, tensor]) =>
    name.startsWith(FITTED) ? [[name.slice(FITTED.length), tensor] as const] : [],
  );
  return {
    snapshot: checkpoint,
    solvedAt: Float64Array.from(solvedAt),
    fitted: membersOf(new Map(fitted)),
    spent: { milliseconds, processorMilliseconds },
  };
};
