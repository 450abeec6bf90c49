export {};

declare module 'vitest' {
  interface TaskMeta {
    /** What `npm test` shows beside the stage: the browser that was used, or why there is none. */
    note?: string;
  }
}
