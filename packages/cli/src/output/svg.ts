import type * as PlotLibrary from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';

/** What is needed of the DOM: this package is for Node, where TypeScript knows none. */
interface SvgElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): { forEach(act: (each: { remove(): void }) => void): void };
}

/** Colours that are told apart in light and dark, and by readers who see fewer. */
export const colours: readonly string[] = [
  '#d55e00',
  '#0072b2',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#999999',
  '#882255',
];

/** With a ground of its own: a page is not always as light or dark as the reader's system. */
const style = `<style>
  svg { color: #1f2328; background: #ffffff; }
  text { fill: currentColor; font: 12px system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) { svg { color: #e6edf3; background: #0d1117; } }
</style>`;

/** Draws a figure, as the text of an SVG file. `title` says what it shows to those who do not see it. */
export const drawSvg = async (title: string, draw: (Plot: typeof PlotLibrary) => PlotOptions): Promise<string> => {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    document: document as never,
    width: 820,
    marginLeft: 60,
    marginRight: 110,
    marginBottom: 44,
    ...draw(Plot),
  }) as unknown as SvgElement;
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  svg.removeAttribute('style');
  svg.querySelectorAll('style').forEach((each) => each.remove());
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `${svg.outerHTML.replace('>', `><title>${escaped}</title>${style}`)}\n`;
};
