/** How far loops are unrolled, and what becomes a step of its own. */
export interface LoopSettings {
  /** A tensor of at most so many elements is kept in variables, and its loops are unrolled completely. */
  readonly small: number;
  /** A tensor with a longer axis is not, however small it is. Default: `small`. */
  readonly longest?: number;
  /** The last axes of a larger tensor are unrolled while their product is at most this. */
  readonly lanes: number;
  /** A matmul whose inner length is at most this is unrolled along it. */
  readonly inner: number;
  /** Regions whose loops run at least so often are functions of their own: what they compute lies in memory. */
  readonly ownFunction: number;
  /** Largest number of nodes in a region. */
  readonly maxNodes: number;
}
