import type { Page } from 'playwright';

/** Until nothing of the view that is there waits for its turn to be drawn. */
export const drawn = (page: Page): Promise<void> => page.locator('main[aria-busy="false"]').waitFor();
