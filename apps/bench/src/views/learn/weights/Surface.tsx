import { useRef } from 'preact/hooks';
import { linear } from '../../../charts/scales.ts';
import { pathOf } from '../../../charts/path.ts';
import { nacWeight, reach, sigmoid, type Place } from './nac.ts';
import './surface.css';

const size = 300;
const columns = 72;
const margin = 24;
/** Room at the upper and the right edge for half a number. */
const edge = 10;

const x = linear([-reach, reach], [margin, size - edge], 4);
const y = linear([-reach, reach], [size - margin, edge], 4);

const width = (size - margin - edge) / columns;

/** W is a product: every column has the same fading in M̂, as strong as tanh(Ŵ). */
const strips = Array.from({ length: columns }, (_, i) => {
  const wHat = -reach + ((i + 0.5) / columns) * 2 * reach;
  return { left: margin + i * width, strength: Math.tanh(wHat) };
});

/** σ(M̂) from the top to the bottom. */
const stops = Array.from({ length: 25 }, (_, i) => ({ offset: i / 24, open: sigmoid(reach - (i / 24) * 2 * reach) }));

const fading = (name: string) => (
  <linearGradient id={`surface-${name}`} x1="0" x2="0" y1="0" y2="1">
    {stops.map(({ offset, open }) => (
      <stop key={offset} class={name} offset={offset} stop-opacity={open} />
    ))}
  </linearGradient>
);

/** Where W has this value: M̂ as a function of Ŵ. */
const contour = (level: number): string =>
  pathOf(
    Array.from({ length: 121 }, (_, i) => -reach + (i / 120) * 2 * reach)
      .map((wHat) => ({ wHat, open: level / Math.tanh(wHat) }))
      .filter(({ open }) => open > 0 && open < 1)
      .map(({ wHat, open }) => ({ wHat, mHat: Math.log(open / (1 - open)) }))
      .filter(({ mHat }) => Math.abs(mHat) <= reach)
      .map(({ wHat, mHat }) => [x.at(wHat), y.at(mHat)]),
  );

const contours = [-0.9, -0.5, -0.1, 0.1, 0.5, 0.9].map(contour);

/** Nothing of it depends on where the point is. */
const background = (
  <g>
    <defs>
      {fading('plus')}
      {fading('minus')}
    </defs>
    {strips.map(({ left, strength }) => (
      <rect
        key={left}
        fill={`url(#surface-${strength > 0 ? 'plus' : 'minus'})`}
        x={left}
        y={edge}
        width={width}
        height={size - margin - edge}
        opacity={0.85 * Math.abs(strength)}
      />
    ))}
    {contours.map((path) => (
      <path key={path} class="contour" d={path} />
    ))}
    {x.ticks.map((tick) => (
      <text key={`x${tick}`} x={x.at(tick)} y={size - 6}>
        {String(tick).replace('-', '−')}
      </text>
    ))}
    {y.ticks.map((tick) => (
      <text key={`y${tick}`} x={10} y={y.at(tick) + 4}>
        {String(tick).replace('-', '−')}
      </text>
    ))}
    <text class="plateau" x={x.at(6)} y={y.at(6)}>
      1
    </text>
    <text class="plateau" x={x.at(-6)} y={y.at(6)}>
      −1
    </text>
    <text class="flat" x={x.at(0)} y={y.at(-7)}>
      0
    </text>
  </g>
);

interface SurfaceProps {
  readonly place: Place;
  readonly path: readonly Place[];
  readonly onMove: (place: Place) => void;
}

const clamp = (value: number): number => Math.min(Math.max(value, -reach), reach);

/** W over Ŵ (to the right) and M̂ (upwards). The point can be dragged; the sliders beside it do the same. */
export const Surface = ({ place, path, onMove }: SurfaceProps) => {
  const handle = useRef<SVGCircleElement>(null);
  const move = (event: MouseEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = size / box.width;
    const across = (event.clientX - box.left) * scale;
    const down = (event.clientY - box.top) * scale;
    onMove({
      wHat: clamp(-reach + ((across - x.at(-reach)) / (x.at(reach) - x.at(-reach))) * 2 * reach),
      mHat: clamp(-reach + ((down - y.at(-reach)) / (y.at(reach) - y.at(-reach))) * 2 * reach),
    });
  };
  const { wHat, mHat } = place;
  return (
    <svg
      class="surface"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={`The surface W = tanh(Ŵ)·σ(M̂). It is flat near 1 at the upper right, near −1 at the upper left, and near 0 at the bottom. The point is at Ŵ = ${wHat.toFixed(2)}, M̂ = ${mHat.toFixed(2)}, where W = ${nacWeight(wHat, mHat).toFixed(3)}; the valve σ(M̂) is open by ${Math.round(100 * sigmoid(mHat))} %.`}
      onPointerDown={(event) => {
        // A finger that is not on the point may want to scroll the page.
        if (event.pointerType === 'touch' && event.target !== handle.current) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event);
      }}
      onClick={move}
    >
      {background}
      <path class="trace" d={pathOf(path.map((each) => [x.at(each.wHat), y.at(each.mHat)]))} />
      <circle class="point" cx={x.at(wHat)} cy={y.at(mHat)} r={8} />
      <circle class="handle" ref={handle} cx={x.at(wHat)} cy={y.at(mHat)} r={26} />
    </svg>
  );
};
