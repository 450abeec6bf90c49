import { allocators } from '../backend/interpret.ts';
import type { Precision } from '../backend/contract.ts';
import type { FloatArray } from '../ops/row.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Lane } from './lane.ts';
import { arriving, onHost, partFrom, type HostCopy, type Part } from './part.ts';
import type { Place } from './shares.ts';

/** Values of a tensor in one worker. */
interface Piece {
  readonly lane: Lane;
  readonly place: Place;
  readonly part: Part;
}

/** A tensor whose values are on the host, in workers, or both. */
export interface Sharded {
  readonly precision: Precision;
  readonly size: number;
  /** The whole tensor, where it was uploaded or had to be gathered. */
  host: HostCopy | undefined;
  /** What a run has made: together they are the whole. */
  readonly made: readonly Piece[];
  /** Copies that other workers needed. */
  readonly copies: Piece[];
}

/** Values stay on the host until a worker needs them. */
export const uploaded = (values: FloatArray): Sharded => ({
  precision: values instanceof Float64Array ? 'f64' : 'f32',
  size: values.length,
  host: onHost(values),
  made: [],
  copies: [],
});

export const computed = (precision: Precision, made: readonly Piece[]): Sharded => ({
  precision,
  size: made.reduce((most, { place }) => Math.max(most, place.end), 0),
  host: undefined,
  made,
  copies: [],
});

/** Copies of the tensors, with one request to each worker. */
export const readAll = async (tensors: readonly Sharded[]): Promise<FloatArray[]> => {
  const fromLane = new Map<Lane, Part[]>();
  for (const { host, made } of tensors) {
    if (host !== undefined) continue;
    for (const { lane, part } of made) fromLane.set(lane, [...(fromLane.get(lane) ?? []), part]);
  }
  const values = new Map<Part, FloatArray>();
  const reading = [...fromLane].map(async ([lane, parts]) => {
    const read = await lane.read(parts);
    parts.forEach((part, i) => values.set(part, read[i]!));
  });
  const arrivals = tensors.map(({ host }) => host?.arrival);
  const hosts = tensors.map(({ host }) => host);
  await Promise.all([...reading, ...arrivals]);
  return tensors.map(({ precision, size, made }, i) => {
    const copy = hosts[i];
    if (copy !== undefined) return sound(copy).slice();
    const all = allocators[precision](size);
    for (const { place, part } of made) all.set(values.get(part)!, place.start);
    return all;
  });
};

const sound = ({ values }: HostCopy): FloatArray => {
  if (values instanceof Error) throw values;
  return values!;
};

/** The whole tensor on the host. What the workers still compute arrives later. */
const gathered = (tensor: Sharded): HostCopy => (tensor.host ??= arriving(readAll([tensor]).then(([values]) => values!)));

/** The part of a tensor that a worker needs; it gets there when something needs it that runs there. */
export const partIn = (tensor: Sharded, lane: Lane, place: Place): Part => {
  const { start, end, shape } = place;
  const known = [...tensor.made, ...tensor.copies].find(
    (piece) => piece.lane === lane && piece.place.start === start && sameShape(piece.place.shape, shape),
  );
  if (known !== undefined) return known.part;
  const part = partFrom(gathered(tensor), start, end, shape);
  tensor.copies.push({ lane, place, part });
  return part;
};

export const release = ({ made, copies }: Sharded): void => {
  for (const { lane, part } of [...made, ...copies]) lane.free(part);
};
