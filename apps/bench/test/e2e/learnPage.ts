import type { Page } from 'playwright';
import type { Site } from './site.ts';

/** Without animations: what moves is where it ends. */
const still = { reducedMotion: 'reduce' } as const;

export const openLearn = (site: Site, query = '', options = {}): Promise<Page> =>
  site.open(`#/learn${query}`, { ...still, ...options });

/** Moves a slider with the keys; resolves to what it says then. */
export const slide = async (page: Page, name: string, lesson: string, keys: readonly string[]): Promise<string> => {
  const slider = page.locator(`#lesson-${lesson}`).getByRole('slider', { name, exact: true });
  await slider.focus();
  for (const key of keys) await page.keyboard.press(key);
  return (await slider.getAttribute('aria-valuetext'))!;
};
