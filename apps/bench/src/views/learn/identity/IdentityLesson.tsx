import { useSignal } from '@preact/signals';
import { Button } from '../../../design/Button.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Progress } from '../../../design/Progress.tsx';
import { duration, grouped } from '../../../design/numbers.ts';
import type { BackendName } from '../../../backends/backends.ts';
import type { IdentitySetting, IdentityState } from '../../../workers/train/protocol.ts';
import { Lesson } from '../Lesson.tsx';
import { useTraining } from '../training.ts';
import { IdentityChart } from './IdentityChart.tsx';
import { InsideNetwork } from './InsideNetwork.tsx';
import { NetworkTable } from './NetworkTable.tsx';

/** Networks of each kind. The paper has a hundred. */
const members = 5;

/** As in the paper. */
const steps = 10_000;

/** The faster one, and the one that runs everywhere. */
const backends: readonly BackendName[] = ['tfjs-wasm', 'js'];

/** Lesson 1: ordinary networks fail to learn y = x. */
export const IdentityLesson = () => {
  const training = useTraining<'identity'>();
  const setting = useSignal<IdentitySetting | null>(null);
  const states = useSignal<ReadonlyMap<number, IdentityState>>(new Map());
  const chosen = useSignal('tanh');
  const took = useSignal(0);

  const train = async (): Promise<void> => {
    for (const backend of backends) {
      setting.value = null;
      states.value = new Map();
      const ending = await training.start({ kind: 'identity', backend, members, steps, seed: 1 }, (message) => {
        if (message.kind === 'setting') setting.value = message.setting;
        else if (message.kind === 'items')
          states.value = new Map([...states.value, ...message.items.map((state) => [state.network, state] as const)]);
        else took.value = message.result.milliseconds;
      });
      // A backend that cannot start here is no reason to give up.
      if (ending.kind !== 'failed' || setting.value !== null) return;
    }
  };

  const state = training.state.value;
  const known = setting.value;
  const isRunning = state.kind === 'running';
  const done = [...states.value.values()].reduce((sum, { step }) => sum + step, 0) / (steps * (known?.networks.length ?? 1));
  const index = known?.networks.findIndex(({ name }) => name === chosen.value) ?? -1;
  const network = known?.networks[index];
  const shown = states.value.get(index);
  return (
    <Lesson id="identity" title="1 · Ordinary networks learn by heart">
      <div class="prose">
        <p>
          A neural network is a pile of sums. Every number that goes in is multiplied by a <em>weight</em>, the products are added
          up, and the sum is bent by a curve, the <em>activation</em>. Then the next layer does the same. Learning means to turn
          the weights a little, thousands of times, until the answers fit the examples.
        </p>
        <p>
          Here is the easiest task there is: <strong>say the number that you are given.</strong> Eighteen kinds of networks
          practise on the whole numbers from −5 to 5. Then they are asked up to 20. Who has understood the rule says 20 for 20.
          Who has learned by heart does not.
        </p>
      </div>
      <figure class="panel figure">
        <div class="row">
          {isRunning ? (
            <Button onClick={training.cancel}>Stop</Button>
          ) : (
            <Button kind="primary" onClick={() => void train()}>
              {state.kind === 'idle' ? 'Train all eighteen' : 'Train them again'}
            </Button>
          )}
          <span class="small muted">
            {members} networks of each kind, {grouped(steps)} steps, in this browser: some seconds
          </span>
        </div>
        {isRunning && <Progress label={`${Math.round(100 * done)} % of the steps`} fraction={done} />}
        {state.kind === 'failed' && <Notice kind="problem">The networks could not be trained here: {state.message}</Notice>}
        <div class="two wide-left">
          <IdentityChart setting={known} states={states.value} chosen={index} />
          <NetworkTable setting={known} states={states.value} chosen={chosen} />
        </div>
        {known !== null && network !== undefined && shown !== undefined && (
          <InsideNetwork setting={known} network={network} state={shown} />
        )}
        <p class="small muted" role="status">
          {state.kind === 'done' && known !== null && `Trained in ${duration(took.value)} on ${known.device}.`}
          {state.kind === 'cancelled' && 'Stopped. What you see is how far they came.'}
        </p>
      </figure>
      <div class="prose">
        <p>
          Inside the band where they practised, nearly all of them are right. Outside, each goes its own way, and the activation
          decides which. Those that flatten, like tanh and sigmoid, run out of numbers. Those that go on in straight lines, like
          ReLU, go on with a slope that was only nearly right. Even the network without any activation is a little off, because
          its weights stopped wherever they happened to be. The single layer called NAC goes on along the diagonal. The next
          lesson shows why.
        </p>
      </div>
    </Lesson>
  );
};
