/** Draws the README's pictures, from networks that it trains first: `npm run figures`. Takes a few minutes. */
import './lib/require-node.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { root } from './lib/project.mjs';

/** @param {string} name a package's folder */
const load = (name) => import(pathToFileURL(join(root, 'packages', name, 'dist/index.js')).href);
const { adam, cosine, createModel, dense, fit, nac, nacMul, rmsProp, sequential } = await load('core');
const { createBackend } = await load('backend-js');

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const backend = await createBackend();

const networks = 20;

/** @param {number} low @param {number} high @param {number} count */
const between = (low, high, count) => Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

/** @param {(number | undefined)[]} values */
const median = (values) => {
  const sorted = values.map((value) => value ?? Number.NaN).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/**
 * Trains a population and returns each network's predictions.
 *
 * @param {{ module: object, x: number[][], y: number[][], optimiser: object, schedule?: object, steps: number, at: number[][] }} task
 * @returns {Promise<number[][]>}
 */
const trained = async ({ module, x, y, optimiser, schedule, steps, at }) => {
  const model = await fit(x, y, {
    module,
    backend,
    population: networks,
    seed: 1,
    steps,
    validation: false,
    optimiser,
    schedule,
  });
  const predictions = [];
  for (const { parameters } of model.members) {
    const member = createModel({ module, backend, parameters });
    predictions.push(Array.from((await member.predict(at)).data));
    member.dispose();
  }
  model.dispose();
  return predictions;
};

/** Colours that are told apart in light and dark, and by readers who see fewer. */
const colours = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

const style = `<style>
  svg { color: #1f2328; background: #ffffff; }
  text { fill: currentColor; font: 13px system-ui, sans-serif; }
  [aria-label$="tick"] { stroke: #656d76; }
  .band { fill: #0072b2; fill-opacity: 0.1; }
  @media (prefers-color-scheme: dark) {
    svg { color: #e6edf3; background: #0d1117; }
    .band { fill: #56b4e9; fill-opacity: 0.15; }
  }
</style>`;

/** @param {string} file @param {string} title @param {object} options */
const draw = (file, title, options) => {
  const svg = Plot.plot({
    document,
    width: 760,
    height: 380,
    marginLeft: 60,
    marginRight: 130,
    marginBottom: 44,
    ...options,
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  svg.removeAttribute('style');
  svg.querySelectorAll('style').forEach((/** @type {{ remove(): void }} */ each) => each.remove());
  const text = svg.outerHTML.replace('>', `><title>${title}</title>${style}`);
  mkdirSync(join(root, 'docs/images'), { recursive: true });
  writeFileSync(join(root, 'docs/images', file), `${text}\n`);
  console.log(`docs/images/${file}`);
};

/**
 * A curve's label stands at its right end; labels that would touch are moved apart.
 *
 * @param {{ x: number, y: number, series: string }[]} points
 * @param {number} gap least distance, as `measure` sees it
 * @param {{ to: (y: number) => number, from: (y: number) => number }} measure the scale of the y axis
 */
const endLabels = (points, gap, { to, from } = { to: (y) => y, from: (y) => y }) => {
  const last = Math.max(...points.map(({ x }) => x));
  const ends = points.filter(({ x }) => x === last).sort((a, b) => a.y - b.y);
  ends.forEach((end, i) => {
    const below = ends[i - 1];
    if (below !== undefined) ends[i] = { ...end, y: from(Math.max(to(end.y), to(below.y) + gap)) };
  });
  return ends;
};

const identity = async () => {
  const x = between(-5, 5, 11).map((value) => [value]);
  const at = between(-20, 20, 161).map((value) => [value]);
  /** @param {string} activation */
  const network = (activation) =>
    sequential(...[1, 8, 8].map((inputs) => dense({ inputs, outputs: 8, activation })), dense({ inputs: 8, outputs: 1 }));
  const series = [
    ...['tanh', 'sigmoid', 'relu', 'elu', 'softsign'].map((activation) => ({ name: activation, module: network(activation) })),
    { name: 'NAC', module: nac({ inputs: 1, outputs: 1 }) },
  ];
  /** @type {{ x: number, y: number, series: string }[]} */
  const points = [];
  for (const { name, module } of series) {
    const predictions = await trained({ module, x, y: x, optimiser: rmsProp({ learningRate: 0.01 }), steps: 10_000, at });
    at.forEach(([value], i) => {
      const error =
        predictions.reduce((total, prediction) => total + Math.abs((prediction[i] ?? Number.NaN) - (value ?? 0)), 0) / networks;
      points.push({ x: value ?? 0, y: error, series: name });
    });
  }
  draw(
    'identity.svg',
    `Mean error of learning y = x from examples between -5 and 5: ordinary networks fail outside, NAC does not`,
    {
      x: { label: 'x  (trained on the shaded range)' },
      y: { label: 'mean |error|', nice: true },
      color: { range: colours },
      marks: [
        Plot.rectY([0], { x1: -5, x2: 5, y1: 0, y2: Math.max(...points.map(({ y }) => y)), className: 'band' }),
        Plot.line(points, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 2 }),
        Plot.text(endLabels(points, 0.8), { x: 'x', y: 'y', text: 'series', dx: 8, textAnchor: 'start' }),
      ],
    },
  );
};

const product = async () => {
  const side = between(1, 10, 12);
  const x = side.flatMap((a) => side.map((b) => [a, b]));
  const y = x.map(([a = 0, b = 0]) => [a * b]);
  const scale = between(0, 3, 61).map((power) => 10 ** power);
  const at = scale.map((value) => [value, value]);
  /** @param {string} activation */
  const network = (activation) =>
    sequential(
      dense({ inputs: 2, outputs: 32, activation }),
      dense({ inputs: 32, outputs: 32, activation }),
      dense({ inputs: 32, outputs: 1 }),
    );
  const series = [
    { name: 'ReLU network', module: network('relu') },
    { name: 'tanh network', module: network('tanh') },
    { name: 'NAC•', module: nacMul({ inputs: 2, outputs: 1 }) },
  ];
  const steps = 4000;
  // The same for all. With the usual β₂ of 0.999 NAC•'s weights take far longer to reach 1.
  const optimiser = adam({ learningRate: 0.05, beta2: 0.95 });
  /** @type {{ x: number, y: number, series: string }[]} */
  const points = [];
  for (const { name, module } of series) {
    const predictions = await trained({ module, x, y, optimiser, schedule: cosine(steps), steps, at });
    scale.forEach((value, i) => {
      const error = median(predictions.map((prediction) => Math.abs((prediction[i] ?? Number.NaN) / value ** 2 - 1)));
      points.push({ x: value, y: Math.max(error, 1e-7), series: name });
    });
  }
  draw('product.svg', 'Relative error of learning a·b from examples between 1 and 10, asked up to 1000', {
    x: { type: 'log', label: 'a = b  (trained on the shaded range)', tickFormat: '~g' },
    y: { type: 'log', label: 'median relative error', tickFormat: '.0e' },
    color: { range: colours },
    marks: [
      Plot.rect([0], { x1: 1, x2: 10, y1: Math.min(...points.map(({ y: error }) => error)), y2: 10, className: 'band' }),
      Plot.line(points, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 2 }),
      Plot.text(endLabels(points, 0.35, { to: Math.log10, from: (power) => 10 ** power }), {
        x: 'x',
        y: 'y',
        text: 'series',
        dx: 8,
        textAnchor: 'start',
      }),
    ],
  });
};

await identity();
await product();
await backend.dispose();
