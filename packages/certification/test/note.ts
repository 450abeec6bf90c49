import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    note?: string;
  }
}

/** Has `npm test` show a line below the stage: the browser that was used, or why there is none. */
export const note = ({ task }: Pick<TestContext, 'task'>, text: string): void => {
  task.meta.note = text;
};
