import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { NamedTensor } from './snapshot.ts';

/** Rows to learn from, inside a graph. */
export interface Batch {
  /** [rows, inputs]. */
  readonly x: Tensor;
  /** [rows, outputs]. */
  readonly y: Tensor;
  /** [rows]; absent: all rows count the same. */
  readonly weights?: Tensor;
}

/** Rows to learn from, on the host. */
export interface Rows {
  readonly x: NamedTensor;
  readonly y: NamedTensor;
  readonly weights?: NamedTensor;
}

/** What a source of batches may use in a step. */
export interface DrawContext {
  /** Steps done so far by this member: a scalar. */
  readonly step: Tensor;
  /**
   * Uniform numbers in [0, 1), fresh for each member and step; the host's `uniform(seed, member, stream, step, count)` gives
   * the same.
   *
   * @param stream number of the random stream. Default: one of its own.
   */
  uniform(shape: Shape, stream?: number): Tensor;
}

/** Where the batch of a step comes from. */
export interface BatchSource {
  /** Arrays that stay on the device, in the order of `Rows`. */
  readonly data?: Rows;
  /** True when the arrays have a leading member axis: every member learns from its own rows. Default: false. */
  readonly perMember?: boolean;
  /**
   * True: all members learn from the same batches, those that member 0 draws. They are drawn once for all, which saves most of the
   * time where they are large and random; members then differ by their first parameters and their modules' own noise. Not with
   * `perMember`. Default: false, every member draws for itself.
   */
  readonly shared?: boolean;
  /** Chooses or computes the batch of one member and step. */
  draw(data: Batch | undefined, context: DrawContext): Batch;
}

/** All rows in every step. */
export const fullBatch = (data: Rows, perMember: boolean = false): BatchSource => ({ data, perMember, draw: (rows) => rows! });

/** `count` rows in every step, each drawn from all rows, with replacement, by every member for itself. */
export const drawnRows = (data: Rows, count: number, perMember: boolean = false): BatchSource => ({
  data,
  perMember,
  draw: (rows, { uniform }) => {
    const { x, y, weights } = rows!;
    const index = uniform([count]).mul(x.shape[0]!).floor();
    return { x: x.gather(index), y: y.gather(index), ...(weights && { weights: weights.gather(index) }) };
  },
});

/** A batch that is computed in the step, for example x ~ U and y = f(x): nothing is stored. */
export const drawnTask = (task: (context: DrawContext) => Batch): BatchSource => ({ draw: (_, context) => task(context) });
