/** An array on the device, and how many values lie in it. It goes when the last of them is released. */
export interface Storage<H> {
  readonly array: H;
  users: number;
}

/** A value: a part of a storage. */
export interface Slice<H> {
  /** Undefined where the value has no numbers. */
  readonly storage: Storage<H> | undefined;
  readonly offset: number;
  readonly size: number;
}

/** A value without numbers: it takes no memory. */
export const EMPTY: Slice<never> = { storage: undefined, offset: 0, size: 0 };

/** A new value in a storage. */
export const sliceOf = <H>(storage: Storage<H>, offset: number, size: number): Slice<H> => {
  storage.users++;
  return { storage, offset, size };
};

/** A second owner of a value. */
export const share = <H>(slice: Slice<H>): Slice<H> =>
  slice.storage === undefined ? slice : sliceOf(slice.storage, slice.offset, slice.size);

/** Takes a value back. `release` frees the array when it was the last value in it. */
export const drop = <H>({ storage }: Slice<H>, release: (array: H) => void): void => {
  if (storage === undefined) return;
  storage.users--;
  if (storage.users === 0) release(storage.array);
};
