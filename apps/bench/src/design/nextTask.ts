/** Everything that follows is another task: the page can draw and listen before. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
