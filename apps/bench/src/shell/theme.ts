import { effect, signal } from '@preact/signals';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'nalu theme';

/** A page may be forbidden to keep anything; then the theme lasts as long as the page. */
const kept = (): Theme => {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';
  } catch {
    return 'system';
  }
};

const keep = (theme: Theme): void => {
  try {
    localStorage.setItem(key, theme);
  } catch {}
};

/** The reader's choice of colours. */
export const theme = signal<Theme>(kept());

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  keep(theme.value);
});
