import { useSignal } from '@preact/signals';
import { Network, type DrawnEdge, type DrawnNode } from '../drawing/Network.tsx';
import { NeuronControls, type NeuronSetting, type Preset } from '../drawing/NeuronControls.tsx';
import { show, steady } from '../drawing/numbers.ts';
import { Lesson } from '../Lesson.tsx';
import { productOf, productText, rightAnswer } from './product.ts';
import { SlideRule } from './SlideRule.tsx';

const names = ['a', 'b'];

const presets: readonly Preset[] = [
  { label: 'a·b', weights: [1, 1] },
  { label: 'a/b', weights: [1, -1] },
  { label: '√a', weights: [0.5, 0] },
  { label: 'a alone', weights: [1, 0] },
  { label: '1/b', weights: [0, -1] },
];

/** What is worth knowing about these inputs. */
const remark = ({ x, weights }: NeuronSetting): string | null => {
  const used = x.filter((_, i) => weights[i] !== 0);
  if (used.some((value) => value === 0))
    return 'There is no logarithm of 0, so a millionth is added first: log 0.000001 is −13.8. Multiplied by 0 the answer is nearly 0; divided by 0 it is a million times too large, but it is a number.';
  if (used.some((value) => value < 0))
    return 'There is no logarithm of a negative number, so the sign is left out: this path sees the size of a number only. Here the sign of the answer may be lost.';
  return null;
};

/** Lesson 3: multiplication as an addition of logarithms. */
export const LogsLesson = () => {
  const setting = useSignal<NeuronSetting>({ x: [6, 7], weights: [1, 1] });
  const { x, weights } = setting.value;
  const product = productOf(x, weights);
  const text = productText(weights, names);
  const right = rightAnswer(x, weights);
  const note = remark(setting.value);
  const nodes: readonly DrawnNode[] = [
    ...names.flatMap((name, i): readonly DrawnNode[] => [
      { id: name, across: 0, down: i, kind: 'input', name, value: steady(x[i]!, 1) },
      { id: `log ${name}`, across: 0.33, down: i, name: 'log', value: steady(product.factors[i]!.log) },
    ]),
    { id: 'sum', across: 0.68, down: 0.5, name: 'sum', value: steady(product.sum) },
    { id: 'exp', across: 1, down: 0.5, kind: 'output', name: 'exp', value: show(product.value) },
  ];
  const edges: readonly DrawnEdge[] = [
    ...names.flatMap((name, i): readonly DrawnEdge[] => [
      { from: name, to: `log ${name}`, weight: 0.3 },
      { from: `log ${name}`, to: 'sum', weight: weights[i]!, value: `×${steady(weights[i]!)}`, place: 0.5 },
    ]),
    { from: 'sum', to: 'exp', weight: 0.3 },
  ];
  return (
    <Lesson id="logs" title="3 · Times is plus, for logarithms">
      <div class="prose">
        <p>
          Sums cannot multiply. But there is an old trick, from the time of slide rules. The logarithm of a number tells how often
          you have to multiply to reach it. So <span class="formula">log (a·b) = log a + log b</span>: who adds logarithms
          multiplies numbers.
        </p>
        <p>
          The second half of a NALU takes the logarithm of every input, adds them up with weights like those of the NAC, and turns
          the sum back with exp. A weight of 1 now means <em>multiply</em>, −1 means <em>divide</em>, 0 means <em>leave out</em>,
          and ½ is the square root. And again, with exactly these weights the rule holds for numbers of any size.
        </p>
      </div>
      <figure class="panel figure two">
        <div class="stack">
          <NeuronControls
            names={names}
            setting={setting}
            presets={presets}
            presetsLabel="Ready-made weights"
            inputs={[-10, 20]}
            weights={[-1, 1]}
          />
          <p class="verdict">
            <span class="formula">{text}</span> = <strong>{show(product.value, 4)}</strong>
          </p>
          <p class="small muted">{note ?? `A calculator says ${show(right, 4)}.`}</p>
        </div>
        <div class="stack">
          <Network
            height={200}
            tall={400}
            nodes={nodes}
            edges={edges}
            description={`The log path. ${names.map((name, i) => `${name} is ${x[i]}, its logarithm ${product.factors[i]!.log.toFixed(2)}, its weight ${weights[i]}`).join('; ')}. The sum is ${product.sum.toFixed(2)}, and exp of it is ${show(product.value)}.`}
          />
          <SlideRule names={names} product={product} />
          <figcaption class="small muted">
            The same as a slide rule: every input is a length, as long as its weighted logarithm. Laid end to end, they reach the
            answer. A length goes back where it divides.
          </figcaption>
        </div>
      </figure>
    </Lesson>
  );
};
