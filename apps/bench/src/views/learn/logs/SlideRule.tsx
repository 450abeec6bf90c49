import { useWidth } from '../../../charts/useWidth.ts';
import { linear } from '../../../charts/scales.ts';
import { show } from '../drawing/numbers.ts';
import type { Product } from './product.ts';
import './slide-rule.css';

interface SlideRuleProps {
  readonly names: readonly string[];
  readonly product: Product;
}

const height = 132;
const margin = 22;

/** log 0.01 to log 1000. */
const low = Math.log(0.01);
const high = Math.log(1000);

const marks = [0.01, 0.1, 1, 10, 100, 1000];

/** The shares of a product as lengths, laid end to end from 1 on: a slide rule. */
export const SlideRule = ({ names, product: { factors, sum, value } }: SlideRuleProps) => {
  const [element, width] = useWidth<HTMLDivElement>();
  const { at } = linear([low, high], [margin, width.value - margin]);
  const starts = factors.map((_, i) => factors.slice(0, i).reduce((total, { share }) => total + share, 0));
  const description = `A slide rule. ${factors.map(({ share }, i) => `${names[i]} adds a length of ${share.toFixed(2)}`).join(', ')}. Together that is ${sum.toFixed(2)}, where the rule says ${show(value)}.`;
  return (
    <div class="slide-rule" ref={element}>
      <svg width={width.value} height={height} role="img" aria-label={description}>
        {marks.map((mark) => (
          <g key={mark}>
            <line class="grid" x1={at(Math.log(mark))} x2={at(Math.log(mark))} y1={8} y2={height - 24} />
            <text x={at(Math.log(mark))} y={height - 8}>
              {show(mark)}
            </text>
          </g>
        ))}
        <line class="one" x1={at(0)} x2={at(0)} y1={4} y2={height - 24} />
        {factors.map(({ share }, i) => {
          const start = at(starts[i]!);
          const end = at(starts[i]! + share);
          const top = 14 + i * 34;
          return (
            <g key={names[i]} class={`bar series-${i + 1}`}>
              <rect x={Math.min(start, end)} width={Math.max(Math.abs(end - start), 1)} y={top} height={22} rx={3} />
              <text x={Math.min(Math.max((start + end) / 2, 40), width.value - 40)} y={top + 15}>
                {names[i]}
              </text>
            </g>
          );
        })}
        <line class="sum" x1={at(sum)} x2={at(sum)} y1={8} y2={height - 24} />
        <circle class="sum" cx={at(sum)} cy={height - 24} r={5} />
      </svg>
    </div>
  );
};
