import { useSignal } from '@preact/signals';
import { Button } from '../../../design/Button.tsx';
import { Choice } from '../../../design/Choices.tsx';
import { TableScroll } from '../../../design/TableScroll.tsx';
import { Network } from '../drawing/Network.tsx';
import { show, steady } from '../drawing/numbers.ts';
import { Slider } from '../drawing/Slider.tsx';
import { Lesson } from '../Lesson.tsx';
import { nacWeight, nearest, reach, wholeSum, type Place } from './nac.ts';
import { Surface } from './Surface.tsx';
import { useDescent } from './useDescent.ts';

const names = ['a', 'b'] as const;
type Name = (typeof names)[number];

const targets = [
  { target: 1, label: 'The data want 1' },
  { target: 0, label: 'want 0' },
  { target: -1, label: 'want −1' },
  { target: 0.5, label: 'want ½' },
];

const questions: readonly (readonly [number, number])[] = [
  [3, 4],
  [300, 400],
  [3000, 4000],
];

/** Lesson 2: a weight that comes to rest at −1, 0 or 1, and why that carries to numbers of any size. */
export const WeightsLesson = () => {
  const places = useSignal<Readonly<Record<Name, Place>>>({ a: { wHat: 2.5, mHat: 4.5 }, b: { wHat: 2.2, mHat: 3.5 } });
  const chosen = useSignal<Name>('a');
  const put = (place: Place): void => {
    places.value = { ...places.value, [chosen.value]: place };
  };
  const descent = useDescent(put);
  const move = (place: Place): void => {
    descent.clear();
    put(place);
  };
  const place = places.value[chosen.value];
  const weights = names.map((name) => nacWeight(places.value[name].wHat, places.value[name].mHat));
  const weight = nacWeight(place.wHat, place.mHat);
  const whole = wholeSum(weights, names);
  const sumOf = (values: readonly number[], by: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + value * by[i]!, 0);
  const [first] = questions;
  return (
    <Lesson id="weights" title="2 · Weights that come to rest at −1, 0 and 1">
      <div class="prose">
        <p>
          Why is the NAC right at 20? It is a single sum that nothing bends, and its weights are made in a special way. A weight
          of <strong>1</strong> copies a number. A weight of <strong>−1</strong> copies it and turns its sign. A weight of{' '}
          <strong>0</strong> leaves it out.
        </p>
        <p>
          Copying is right for every number, also for those that nobody has seen. A weight of 0.98 is only nearly a copy: the
          larger the number, the larger the mistake. That is the whole secret. A rule made of −1, 0 and 1 holds everywhere, and a
          rule made of anything else holds where it was practised.
        </p>
        <p>
          So a NAC does not store its weight W. It stores two numbers, Ŵ and M̂, and computes{' '}
          <span class="formula">W = tanh(Ŵ) · σ(M̂)</span>. tanh squeezes Ŵ between −1 and 1. σ squeezes M̂ between 0 and 1, like a
          valve. Drag the point, or let it slide.
        </p>
      </div>
      <figure class="panel figure two">
        <div class="stack">
          <Choice
            legend="Which weight"
            options={names.map((name) => ({ value: name, label: `the weight of ${name}` }))}
            chosen={chosen.value}
            onChange={(name) => {
              descent.clear();
              chosen.value = name;
            }}
          />
          <Surface place={place} path={descent.path.value} onMove={move} />
          <Slider
            label="Ŵ"
            value={place.wHat}
            min={-reach}
            max={reach}
            step={0.05}
            onInput={(wHat) => move({ ...place, wHat })}
          />
          <Slider
            label="M̂"
            value={place.mHat}
            min={-reach}
            max={reach}
            step={0.05}
            onInput={(mHat) => move({ ...place, mHat })}
          />
          <div class="row">
            {targets.map(({ target, label }) => (
              <Button key={target} onClick={() => descent.slide(place, target)}>
                {label}
              </Button>
            ))}
          </div>
          <p class="small" role="status">
            {descent.missed.value !== null &&
              `Stuck: the data want ${show(descent.missed.value)}, but the valve shut before the sign could turn, and here the surface is flat. This happens in real training too. So many networks start at once, each from another place.`}
          </p>
        </div>
        <div class="stack">
          <Network
            height={190}
            nodes={[
              { id: 'a', across: 0, down: 0, kind: 'input', name: 'a', value: show(first![0]) },
              { id: 'b', across: 0, down: 1, kind: 'input', name: 'b', value: show(first![1]) },
              { id: 'y', across: 1, down: 0.5, kind: 'output', name: 'the sum', value: steady(sumOf(first!, weights), 3) },
            ]}
            edges={names.map((name, i) => ({ from: name, to: 'y', weight: weights[i]!, value: steady(weights[i]!, 4) }))}
            description={`A NAC with two inputs. The weight of a is ${weights[0]!.toFixed(4)}, the weight of b is ${weights[1]!.toFixed(4)}. For a = 3 and b = 4 it says ${sumOf(first!, weights).toFixed(3)}.`}
          />
          <TableScroll label="The same network, asked for small and for large numbers">
            <table>
              <thead>
                <tr>
                  <th scope="col">a and b</th>
                  <th scope="col" class="number">
                    this network
                  </th>
                  <th scope="col" class="number">
                    the rule {whole}
                  </th>
                  <th scope="col" class="number">
                    apart by
                  </th>
                </tr>
              </thead>
              <tbody>
                {questions.map((values) => {
                  const rule = sumOf(values, weights.map(nearest));
                  const answer = sumOf(values, weights);
                  return (
                    <tr key={values[0]}>
                      <th scope="row">{values.map((value) => show(value, 5)).join(' and ')}</th>
                      <td class="number">{show(answer, 4)}</td>
                      <td class="number">{show(rule, 4)}</td>
                      <td class={`number ${Math.abs(answer - rule) < 0.5 ? 'good' : 'bad'}`}>
                        {show(Math.abs(answer - rule), 2)}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </TableScroll>
          <p class="small">
            W is {steady(weight, 4)}. Far out on the surface it is flat: there a push on Ŵ or M̂ hardly moves W, so a weight that
            has come to −1, 0 or 1 stays. And no push takes it beyond.
          </p>
          <p class="small muted">
            Nothing forbids ½: if the data want it, the weight stops there. But sums of whole things want −1, 0 and 1, and these
            are the places where it rests most easily.
          </p>
        </div>
      </figure>
    </Lesson>
  );
};
