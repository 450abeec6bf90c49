/** Memory that an executable needs: the arrays of its graph, double-buffered carries, scratch space. */
export interface Variable {
  /** Its position in the list of variables. */
  readonly id: number;
  /** Numbers that it holds. */
  readonly size: number;
  readonly kind: 'input' | 'output' | 'constant' | 'temporary';
  /** Position among the graph's inputs or outputs. */
  readonly index?: number;
  /** Values of a constant. */
  readonly data?: readonly number[];
  /** A buffer of its own, because a library reads or writes it whole. */
  alone: boolean;
  /** The commands that use it, from the first to the last. */
  first: number;
  last: number;
}

/** A part of an offset that changes from step to step of a surrounding loop. */
export interface LoopTerm {
  /** Which loop, counted from the outside. */
  readonly loop: number;
  /** ⌊step / every⌋, or that modulo 2 plus `shift`. */
  readonly every: number;
  readonly modulo2?: { readonly shift: 0 | 1 };
  /** Numbers per unit. */
  readonly factor: number;
}

/** Rows of a stacked result beyond those that are kept are not written. */
export interface RowLimit {
  readonly loop: number;
  readonly every: number;
  readonly rows: number;
}

/** Where a value lies in a variable: at `start` plus the terms of loops. */
export interface Place {
  readonly variable: Variable;
  readonly start: number;
  readonly terms: readonly LoopTerm[];
  /** Written only within these. */
  readonly limits: readonly RowLimit[];
}

export const placeOf = (variable: Variable, start: number = 0): Place => ({ variable, start, terms: [], limits: [] });

/** Whether a value of so many numbers is all of its variable. */
export const isWhole = ({ variable, terms }: Place, size: number): boolean => terms.length === 0 && variable.size === size;
