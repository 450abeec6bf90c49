import type { Precision } from '../backend/contract.ts';
import type { Graph } from '../graph/graph.ts';
import type { FloatArray } from '../ops/row.ts';
import type { Shape } from '../tensor/shape.ts';

/** How often a worker died over something, and what whoever needs it gets once that was too often. */
export interface Blame {
  deaths: number;
  error: Error | undefined;
}

export const blameless = (): Blame => ({ deaths: 0, error: undefined });

/** A graph for the share of one worker. */
export interface Program {
  readonly id: number;
  readonly graph: Graph;
  readonly precision: Precision;
  /** What it computes, for messages about it. */
  readonly title: string;
  readonly blame: Blame;
  /** Runs that were asked for. */
  runs: number;
  /** Bytes held between runs. */
  working: number;
  /** True once the worker was told to forget it. */
  dropped: boolean;
}

/** Values on the host: there, on their way from workers, or not to be had. */
export interface HostCopy {
  values: FloatArray | Error | undefined;
  /** Resolves when `values` is set; undefined once it is. */
  arrival: Promise<void> | undefined;
}

/** How to get values again when the worker that held them has died: from the host, or by running the step again. */
export type Origin =
  | { readonly kind: 'host'; readonly copy: HostCopy; readonly start: number; readonly end: number }
  | { readonly kind: 'step'; readonly step: Step };

/** The values of a tensor in one worker: all of them, or those of the worker's members. */
export interface Part {
  readonly id: number;
  readonly shape: Shape;
  origin: Origin;
  /** Steps that must be run, one after the other, to get it from values on the host. */
  depth: number;
  /** True once the worker was told to free it. */
  freed: boolean;
}

/** One run of a program in one worker. */
export interface Step {
  /** In the order in which steps were asked for. */
  readonly number: number;
  /** Which run of the program it is, counted from 1. */
  readonly run: number;
  readonly program: Program;
  readonly inputs: readonly Part[];
  readonly outputs: readonly Part[];
  readonly blame: Blame;
}

/** Why a step is not run any more: workers died over it, or over compiling its program. */
export const errorOf = ({ program, blame }: Step): Error | undefined => program.blame.error ?? blame.error;

let lastId = 0;

export const nextId = (): number => ++lastId;

export const onHost = (values: FloatArray | Error): HostCopy => ({ values, arrival: undefined });

/** A copy that `reading` brings. */
export const arriving = (reading: Promise<FloatArray>): HostCopy => {
  const copy: HostCopy = { values: undefined, arrival: undefined };
  const settle = (values: FloatArray | Error): void => {
    copy.values = values;
    copy.arrival = undefined;
  };
  copy.arrival = reading.then(settle, settle);
  return copy;
};

/** Part of the values on the host. */
export const partFrom = (copy: HostCopy, start: number, end: number, shape: Shape): Part => ({
  id: nextId(),
  shape,
  origin: { kind: 'host', copy, start, end },
  depth: 0,
  freed: false,
});

/** A run whose outputs have these shapes. */
export const newStep = (program: Program, inputs: readonly Part[], shapes: readonly Shape[]): Step => {
  const outputs: Part[] = [];
  const step: Step = { number: nextId(), run: ++program.runs, program, inputs, outputs, blame: blameless() };
  const depth = 1 + inputs.reduce((most, part) => Math.max(most, part.depth), 0);
  for (const shape of shapes) outputs.push({ id: nextId(), shape, origin: { kind: 'step', step }, depth, freed: false });
  return step;
};
