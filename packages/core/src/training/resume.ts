import type { Precision } from '../backend/contract.ts';
import { CheckpointError } from '../errors.ts';
import { KEY_LIMIT } from '../random/uniform.ts';
import type { FloatArray } from '../ops/row.ts';
import { sameShape, showShape } from '../tensor/shape.ts';
import { hashNumbers } from '../graph/hash.ts';
import type { TrainerOptions } from './job.ts';
import { toPrecision } from './pool.ts';
import type { HistoryEntry } from './progress.ts';
import type { StateLeaf } from './recipe.ts';
import type { Json, NamedTensor, Snapshot } from './snapshot.ts';
import { mappedHyper, rowsInOrder } from './stepGraph.ts';

/** What must be the same for training to go on from a snapshot. */
export type ResumeSettings = { readonly [name: string]: Json };

/** The history as tensors, since JSON has no NaN and no infinity. */
export const historyTensors = (history: readonly HistoryEntry[], population: number): ReadonlyMap<string, NamedTensor> => {
  const curve = (values: readonly FloatArray[]): NamedTensor => ({
    shape: [history.length, population],
    data: Float64Array.from(values.flatMap((each) => Array.from(each))),
  });
  return new Map([
    ['history/step', { shape: [history.length], data: Float64Array.from(history, ({ step }) => step) }],
    ['history/loss', curve(history.map(({ loss }) => loss))],
    ['history/validation', curve(history.map(({ validation }) => validation))],
  ]);
};

/** The reverse of `historyTensors`. */
export const historyFrom = ({ tensors }: Snapshot, population: number, precision: Precision): HistoryEntry[] => {
  const row = (name: string, i: number): FloatArray => {
    const values = tensors.get(name)?.data.subarray(i * population, (i + 1) * population);
    if (values?.length !== population) throw new CheckpointError(`In the training state "${name}" is missing or too short.`);
    return toPrecision(values, precision);
  };
  return Array.from(tensors.get('history/step')?.data ?? [], (step, i) => ({
    step,
    loss: row('history/loss', i),
    validation: row('history/validation', i),
  }));
};

/** The fingerprint of everything that is uploaded once: rows, and settings per member. */
export const hashData = (options: TrainerOptions, precision: Precision): string => {
  const rows = [options.source.data, options.validation].flatMap((each) => (each === undefined ? [] : rowsInOrder(each)));
  const arrays = [...rows.map(([, { data }]) => data), ...mappedHyper(options).map(([, values]) => values)];
  return hashNumbers(arrays.map((values) => toPrecision(values, precision)));
};

/** Settings that are known by their fingerprints only. */
const fingerprinted: { readonly [name: string]: string } = {
  trainingStep:
    'with another training step: the loss, the optimiser or its settings, the schedule, clipping, regularisers, the batch or the module differ',
  trainingData: 'with other data: training rows, validation rows or settings per member differ',
};

const difference = (name: string, saved: Json | undefined, wanted: Json): string =>
  fingerprinted[name] === undefined
    ? `The training state was saved with ${name} = ${JSON.stringify(saved)}, but this trainer has ${name} = ${JSON.stringify(wanted)}.`
    : `The training state was saved ${fingerprinted[name]}.`;

/**
 * Checks that training can go on from a snapshot.
 *
 * @throws CheckpointError naming the setting, or the part of the state, that differs.
 */
export const checkSnapshot = (
  { metadata, tensors }: Snapshot,
  settings: ResumeSettings,
  leaves: readonly StateLeaf[],
  population: number,
): void => {
  const require = (names: readonly string[]): void => {
    // A setting that did not exist when the state was saved is one that was not used.
    const name = names.find((each) => (metadata[each] ?? null) !== settings[each]);
    if (name !== undefined)
      throw new CheckpointError(`${difference(name, metadata[name], settings[name]!)} Use the same settings to resume.`);
  };
  // What can say exactly what differs comes first.
  require(Object.keys(settings).filter((name) => fingerprinted[name] === undefined));
  for (const { name, shape } of leaves) {
    const tensor = tensors.get(name);
    const whole = [population, ...shape];
    if (tensor === undefined)
      throw new CheckpointError(`The training state lacks "${name}": it belongs to another module or optimiser.`);
    if (!sameShape(tensor.shape, whole)) {
      throw new CheckpointError(
        `In the training state "${name}" has shape ${showShape(tensor.shape)}, but this trainer needs ${showShape(whole)}.`,
      );
    }
  }
  require(Object.keys(fingerprinted));
  for (const [name, least] of [
    ['steps', 0],
    ['evaluated', -1],
  ] as const) {
    const value = metadata[name];
    if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > KEY_LIMIT)
      throw new CheckpointError(`The training state says no number of "${name}"; it is damaged.`);
  }
  if (!tensors.get('step')!.data.every((step) => step >= 0 && step <= Number(metadata['steps'])))
    throw new CheckpointError('In the training state a member has made more steps than there were; it is damaged.');
  if (!tensors.has('history/step')) throw new CheckpointError('The training state lacks its history; it is damaged.');
};
