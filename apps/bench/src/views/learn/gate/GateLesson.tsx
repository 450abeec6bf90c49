import { useSignal } from '@preact/signals';
import { TableScroll } from '../../../design/TableScroll.tsx';
import { Network } from '../drawing/Network.tsx';
import { NeuronControls, type NeuronSetting, type Preset } from '../drawing/NeuronControls.tsx';
import { show, steady } from '../drawing/numbers.ts';
import { Lesson } from '../Lesson.tsx';
import { choiceOf, gated } from './gate.ts';

const names = ['a', 'b'];

const presets: readonly Preset[] = [
  { label: 'The sum', weights: [1.5, 1.5] },
  { label: 'The product', weights: [-1.5, -1.5] },
  { label: 'Undecided', weights: [0, 0] },
  { label: 'A gate that flips', weights: [2, -2] },
];

/** What the inputs are multiplied by: as they are, both larger, and the first one only. */
const factors: readonly (readonly number[])[] = [
  [1, 1],
  [10, 10],
  [100, 1],
];

/** Lesson 4: the gate between sum and product. */
export const GateLesson = () => {
  const setting = useSignal<NeuronSetting>({ x: [2, 5], weights: [0, 0] });
  const { x, weights } = setting.value;
  const { gate, sum, product, value } = gated(x, weights);
  return (
    <Lesson id="gate" title="4 · A gate chooses">
      <div class="prose">
        <p>
          Now there are two answers: one from the sums, one from the products. Which one is wanted? A NALU learns that too. It has
          a gate, a number between 0 and 1. At 1 the sum goes through, at 0 the product.
        </p>
        <p>
          In between it mixes them: <span class="formula">g · sum + (1 − g) · product</span>. Such a mixture may fit a few
          examples, but it is no rule of arithmetic. Only a gate at one of its ends carries to other numbers.
        </p>
      </div>
      <figure class="panel figure two">
        <div class="stack">
          <NeuronControls
            names={names}
            setting={setting}
            presets={presets}
            presetsLabel="Ready-made gates"
            inputs={[0, 10]}
            weights={[-2, 2]}
          />
          <p class="verdict">
            The gate lets <strong>{choiceOf(gate)}</strong> through: <strong>{show(value)}</strong>
          </p>
        </div>
        <div class="stack">
          <Network
            height={250}
            tall={400}
            nodes={[
              { id: 'a', across: 0, down: 0.18, kind: 'input', name: 'a', value: steady(x[0]!, 1) },
              { id: 'b', across: 0, down: 0.82, kind: 'input', name: 'b', value: steady(x[1]!, 1) },
              { id: 'sum', across: 0.5, down: 0, sign: '+', value: show(sum) },
              { id: 'gate', across: 0.5, down: 0.5, name: 'gate', value: steady(gate), kind: 'faded' },
              { id: 'product', across: 0.5, down: 1, sign: '×', value: show(product) },
              { id: 'y', across: 1, down: 0.5, kind: 'output', name: 'the answer', value: show(value) },
            ]}
            edges={[
              ...names.flatMap((name) => [
                { from: name, to: 'sum', weight: 0.3 },
                { from: name, to: 'product', weight: 0.3 },
              ]),
              ...names.map((name, i) => ({ from: name, to: 'gate', weight: weights[i]! / 2, value: steady(weights[i]!) })),
              { from: 'sum', to: 'y', weight: gate, value: `×${steady(gate)}`, place: 0.5 },
              { from: 'product', to: 'y', weight: 1 - gate, value: `×${steady(1 - gate)}`, place: 0.5 },
            ]}
            description={`A NALU. a is ${x[0]} and b is ${x[1]}. The sum is ${show(sum)}, the product ${show(product)}. The gate is ${gate.toFixed(2)}, so the answer is ${show(value)}.`}
          />
          <TableScroll label="The same gate at other numbers">
            <table>
              <thead>
                <tr>
                  <th scope="col">a and b</th>
                  <th scope="col" class="number">
                    gate
                  </th>
                  <th scope="col" class="number">
                    answer
                  </th>
                  <th scope="col">which is</th>
                </tr>
              </thead>
              <tbody>
                {factors.map((factor) => {
                  const larger = x.map((each, i) => each * factor[i]!);
                  const there = gated(larger, weights);
                  return (
                    <tr key={factor.join()}>
                      <th scope="row">{larger.map((each) => show(each)).join(' and ')}</th>
                      <td class="number">{steady(there.gate)}</td>
                      <td class="number">{show(there.value)}</td>
                      <td>{choiceOf(there.gate)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </TableScroll>
          <figcaption class="small muted">
            This gate looks at the inputs: g = σ(a·G₁ + b·G₂). So it may choose one way on the numbers of the training and another
            way on others. Drag a and b and see. Later modules, such as the iNALU, have gates that do not look.
          </figcaption>
        </div>
      </figure>
    </Lesson>
  );
};
