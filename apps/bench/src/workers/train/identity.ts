import { activationNames, activations, createTrainer, type Backend } from '@nalu/core';
import { identity, type Cell } from '@nalu/experiments';
import { lookAtNodes, perMember } from './look.ts';
import { newOutbox } from './outbox.ts';
import type { IdentityNetwork, IdentityState, Job, Message } from './protocol.ts';

/** Milliseconds between two posts. */
const every = 150;

/** Steps between two moments: few in the beginning, when most happens. */
const strides: readonly number[] = [50, 50, 100, 200];
const laterStride = 400;

/** The moments of a training: 0, 50, 100, 200, 400, 800, … and the last step. */
export const momentsOf = (steps: number): readonly number[] => {
  const moments = [0];
  for (let i = 0; moments.at(-1)! < steps; i++) moments.push(Math.min(steps, moments.at(-1)! + (strides[i] ?? laterStride)));
  return moments;
};

/** Reads the test rows of a cell: where its networks are asked. */
const curveOf = ({ tests }: Cell) => tests.find(({ curve }) => curve === true)!.rows(1).x;

const publishedOf = ({ tests }: Cell): number | null =>
  tests.map(({ published }) => published?.value).find((value) => value !== undefined) ?? null;

const describe = (cell: Cell): IdentityNetwork => {
  const name = activationNames.find((each) => each === cell.module);
  const { layers } = cell.training(1).module;
  return {
    name: cell.module,
    formula: name === undefined ? '' : activations[name].formula,
    isArithmetic: name === undefined,
    published: publishedOf(cell),
    widths: layers?.map(({ outputs }) => outputs) ?? [1],
  };
};

/** A network of the lesson in training. */
const contend = async (cell: Cell, { members, seed }: Job<'identity'>, backend: Backend) => {
  const training = cell.training(1);
  const trainer = createTrainer({ ...training, backend, population: members, seed, chunkLengths: [strides[0]!] });
  const x = curveOf(cell);
  const rows = x.shape[0]!;
  const { at, dispose } = await lookAtNodes(training.module, members, x, backend);
  return {
    advance: (step: number): Promise<void> => trainer.run(step - trainer.steps),
    look: async (network: number): Promise<IdentityState> => {
      const layers = await at(await trainer.parameters());
      const first = layers.map((layer) => layer.slice(0, layer.length / members));
      return { network, step: trainer.steps, answers: layers.at(-1)!, nodes: perMember(first, rows) };
    },
    dispose: () => {
      dispose();
      trainer.dispose();
    },
  };
};

/**
 * Trains the networks of the identity experiment beside one another: some steps of each in turn, so that all can be watched.
 * They, their training and their test rows are the published ones; there are only fewer of each.
 */
export const trainIdentity = async (
  job: Job<'identity'>,
  backend: Backend,
  post: (message: Message<'identity'>) => void,
): Promise<void> => {
  const started = performance.now();
  const cells = identity.cells();
  post({
    kind: 'setting',
    setting: {
      device: backend.info.device,
      isSoftware: backend.info.softwareAdapter,
      x: [...curveOf(cells[0]!).data],
      networks: cells.map(describe),
      members: job.members,
      steps: job.steps,
    },
  });
  const outbox = newOutbox<IdentityState>((items) => post({ kind: 'items', items }), every);
  const contenders: Awaited<ReturnType<typeof contend>>[] = [];
  try {
    for (const cell of cells) contenders.push(await contend(cell, job, backend));
    for (const step of momentsOf(job.steps)) {
      for (const [i, contender] of contenders.entries()) {
        await contender.advance(step);
        outbox.add(await contender.look(i));
      }
    }
    outbox.flush();
    post({ kind: 'result', result: { milliseconds: performance.now() - started } });
  } finally {
    for (const contender of contenders) contender.dispose();
  }
};
