import { fillUniform, seedComponents } from './uniform.ts';

/**
 * `count` numbers from the standard normal distribution for one member, on the host, by Box and Muller's transform in double
 * precision: √(−2 ln(1 − u₁))·cos(2πu₂) and ·sin(2πu₂), with u₁, u₂ from the generator. At most 5.8 in magnitude, because u
 * is a multiple of 2⁻²⁴. Key: seed, member, stream, step.
 */
export const normal = (seed: number, member: number, stream: number, step: number, count: number): Float64Array => {
  const uniforms = new Float64Array(count + (count % 2));
  fillUniform([...seedComponents(seed), member, stream, step], uniforms);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniforms[i]!));
    const angle = 2 * Math.PI * uniforms[i + 1]!;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
};
