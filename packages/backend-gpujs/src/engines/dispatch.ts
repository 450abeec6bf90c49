/** What one more kernel costs, in operations of one thread: on a GPU, whose threads are slow but many. */
export const DISPATCH = 65_536;

/** On a GPU that is imitated in software, where few threads run at once. */
export const IMITATED_DISPATCH = 8000;
