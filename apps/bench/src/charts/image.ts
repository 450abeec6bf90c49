import { render, type VNode } from 'preact';

/** What a drawing in a file has to say by itself: there it has no style sheets. */
const styles = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'color',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant-numeric',
  'text-anchor',
] as const;

/** A copy that looks the same without the page. */
const standalone = (svg: SVGSVGElement): string => {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const copies = copy.querySelectorAll<SVGElement>('*');
  svg.querySelectorAll('*').forEach((element, i) => {
    const computed = getComputedStyle(element);
    for (const name of styles) copies[i]!.style.setProperty(name, computed.getPropertyValue(name));
  });
  return new XMLSerializer().serializeToString(copy);
};

const drawn = async (svg: SVGSVGElement): Promise<HTMLImageElement> => {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
  await image.decode();
  return image;
};

/** Text in lines that are no wider than this. */
const wrapped = (context: CanvasRenderingContext2D, text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

/** Pixels of the image for each of the page's. */
const SCALE = 2;
const MARGIN = 16;
const LINE = 18;

interface Caption {
  readonly title: string;
  /** Below the drawing, such as what was measured on what. */
  readonly notes: readonly string[];
}

/** A drawing of the page as a PNG, in the colours in which it is shown, with its title above and its notes below. */
export const imageOf = async (svg: SVGSVGElement, { title, notes }: Caption): Promise<Blob> => {
  const { width, height } = svg.getBoundingClientRect();
  const image = await drawn(svg);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const page = getComputedStyle(document.documentElement);
  const font = page.fontFamily;
  const fonts = { title: `600 15px ${font}`, notes: `12px ${font}` };
  context.font = fonts.title;
  const titleLines = wrapped(context, title, width);
  context.font = fonts.notes;
  const noteLines = notes.flatMap((note) => wrapped(context, note, width));
  const top = MARGIN + titleLines.length * LINE + MARGIN / 2;
  canvas.width = Math.ceil(SCALE * (width + 2 * MARGIN));
  canvas.height = Math.ceil(SCALE * (top + height + noteLines.length * LINE + 1.5 * MARGIN));
  context.scale(SCALE, SCALE);
  context.fillStyle = page.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = page.color;
  context.font = fonts.title;
  titleLines.forEach((line, i) => context.fillText(line, MARGIN, MARGIN + (i + 0.75) * LINE));
  context.drawImage(image, MARGIN, top, width, height);
  context.font = fonts.notes;
  noteLines.forEach((line, i) => context.fillText(line, MARGIN, top + height + MARGIN / 2 + (i + 0.75) * LINE));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('the browser made no image')) : resolve(blob)), 'image/png');
  });
};

/** The same for a drawing that the page does not show. */
export const imageOfUnseen = (drawing: VNode, caption: Caption): Promise<Blob> => {
  const place = document.createElement('div');
  place.style.cssText = 'position: absolute; left: -10000px; top: 0';
  document.body.append(place);
  render(drawing, place);
  try {
    // Its styles are read before this returns.
    return imageOf(place.querySelector('svg')!, caption);
  } finally {
    render(null, place);
    place.remove();
  }
};
