/** σ(x). */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** W = tanh(Ŵ)·σ(M̂). Trask et al. (2018), section 3. */
export const nacWeight = (wHat: number, mHat: number): number => Math.tanh(wHat) * sigmoid(mHat);

/** ∂W/∂Ŵ and ∂W/∂M̂. */
export const slope = (wHat: number, mHat: number): readonly [number, number] => {
  const tanh = Math.tanh(wHat);
  const open = sigmoid(mHat);
  return [(1 - tanh * tanh) * open, tanh * open * (1 - open)];
};

/** A place on the surface W(Ŵ, M̂). */
export interface Place {
  readonly wHat: number;
  readonly mHat: number;
}

/** Ŵ and M̂ are shown from −reach to reach. */
export const reach = 10;

const clamp = (value: number): number => Math.min(Math.max(value, -reach), reach);

/** Length of a step on the surface. */
const stride = 0.35;

/** This near is there. */
const close = 1e-4;

/**
 * Where training takes a weight that the data want to be `target`: steps downhill on (W − target)², each of the same length, as
 * Adam's are nearly, and shorter ones only where a step would go too far. Ends at the target, or where nothing moves any more.
 */
export const descend = (from: Place, target: number, most = 150): readonly Place[] => {
  const places = [from];
  const errorAt = ({ wHat, mHat }: Place): number => nacWeight(wHat, mHat) - target;
  for (let length = stride; places.length <= most && length > 1e-3;) {
    const here = places.at(-1)!;
    const error = errorAt(here);
    const [dw, dm] = slope(here.wHat, here.mHat);
    const steepness = Math.hypot(dw, dm);
    if (Math.abs(error) < close || steepness === 0) break;
    const step = (length * Math.sign(error)) / steepness;
    const next = { wHat: clamp(here.wHat - step * dw), mHat: clamp(here.mHat - step * dm) };
    if (next.wHat === here.wHat && next.mHat === here.mHat) break;
    if (errorAt(next) * error < 0) length /= 2;
    else places.push(next);
  }
  return places;
};

/** Whether a way ends at its target, and not where it got stuck. */
export const hasArrived = (places: readonly Place[], target: number): boolean => {
  const { wHat, mHat } = places.at(-1)!;
  return Math.abs(nacWeight(wHat, mHat) - target) < 0.01;
};

/** The nearest of −1, 0 and 1. */
export const nearest = (weight: number): number => (Math.abs(weight) < 0.5 ? 0 : Math.sign(weight));

const term = (sign: number, name: string): string => ({ '1': `+ ${name}`, '-1': `− ${name}` })[String(sign)] ?? '';

/** What a sum of a and b with these weights would be if they were whole: `a + b`, `−b`, `0`. */
export const wholeSum = (weights: readonly number[], names: readonly string[]): string => {
  const terms = weights.map((weight, i) => term(nearest(weight), names[i]!)).filter((text) => text !== '');
  if (terms.length === 0) return '0';
  return terms.join(' ').replace(/^\+ /, '').replace(/^− /, '−');
};
