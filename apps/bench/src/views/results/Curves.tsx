import { linear } from '../../charts/scales.ts';
import { useWidth } from '../../charts/useWidth.ts';
import type { Curve } from './document.ts';

const HEIGHT = 420;
const margin = { left: 44, right: 96, top: 12, bottom: 36 };
/** Pixels between two names. */
const GAP = 13;

const arithmetic = new Set(['nac', 'nalu']);

/** The mean error of each network over the inputs: what lies outside the training range is what it has not seen. */
export const Curves = ({
  curves,
  trained,
}: {
  readonly curves: readonly Curve[];
  readonly trained: readonly [number, number];
}) => {
  const [element, width] = useWidth<HTMLElement>();
  const xs = curves.flatMap(({ x }) => x);
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const most = Math.ceil(Math.max(...curves.flatMap(({ error }) => error.filter(Number.isFinite))) / 5) * 5;
  const { at: x, ticks: inputs } = linear([low, high], [margin.left, width.value - margin.right], width.value < 500 ? 4 : 8);
  const { at: y, ticks: errors } = linear([0, most], [HEIGHT - margin.bottom, margin.top], 5);
  const path = ({ x: at, error }: Curve): string =>
    `M${at.map((value, i) => `${x(value).toFixed(1)} ${y(error[i]!).toFixed(1)}`).join('L')}`;
  let least = Infinity;
  const names = [...curves]
    .sort((a, b) => a.error.at(-1)! - b.error.at(-1)!)
    .map(({ module, error }) => {
      least = Math.min(y(error.at(-1)!), least - GAP);
      return { module, at: least };
    });
  return (
    <figure class="curves" ref={element}>
      <svg
        width={width.value}
        height={HEIGHT}
        role="img"
        aria-label="Mean absolute error of each network over the inputs; the tables below have the figures"
      >
        <rect
          class="trained"
          x={x(trained[0])}
          width={x(trained[1]) - x(trained[0])}
          y={margin.top}
          height={HEIGHT - margin.top - margin.bottom}
        />
        {errors.map((tick) => (
          <g key={tick}>
            <line class="axis" x1={margin.left} x2={width.value - margin.right} y1={y(tick)} y2={y(tick)} />
            <text x={margin.left - 8} y={y(tick) + 4} text-anchor="end">
              {tick}
            </text>
          </g>
        ))}
        {inputs.map((tick) => (
          <text key={tick} x={x(tick)} y={HEIGHT - margin.bottom + 18} text-anchor="middle">
            {String(tick).replace('-', '−')}
          </text>
        ))}
        {curves.map((curve) => (
          <path key={curve.module} class={arithmetic.has(curve.module) ? 'line own' : 'line'} d={path(curve)} />
        ))}
        {names.map(({ module, at }) => (
          <text key={module} class={arithmetic.has(module) ? 'own' : ''} x={width.value - margin.right + 6} y={at + 4}>
            {module}
          </text>
        ))}
      </svg>
      <figcaption class="small muted">
        Mean |error| over the input x. The shaded inputs were trained on; everything outside is extrapolation.
      </figcaption>
    </figure>
  );
};
