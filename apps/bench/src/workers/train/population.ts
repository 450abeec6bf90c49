import {
  adam,
  cosine,
  createModel,
  createTrainer,
  fullBatch,
  type Backend,
  type Module,
  type NamedTensor,
  type Parameters,
  type Rows,
  type Trainer,
} from '@nalu/core';
import {
  learnedBelow,
  models,
  notesOn,
  readModel,
  relativeError,
  squaredErrorIn,
  type Examples,
  type FitProblem,
  type ModelEntry,
} from '@nalu/experiments';
import { lookInside, type Population, type Seen } from './look.ts';
import { readProblem } from './problem.ts';
import type { Errors, Frame, Job, Message, Question } from './protocol.ts';
import { newOutbox } from './outbox.ts';

/** Moments of a training that are kept. */
const moments = 100;

/** Milliseconds between two posts. */
const every = 100;

/** Questions from each range: as many points as a small chart shows. */
const mostQuestions = 48;

/** The ordinary networks are there for the contrast, which few show, and each of their steps takes long. */
const mostOrdinary = 4;

const matrix = ({ x, rows, columns }: Examples): NamedTensor => ({ data: x, shape: [rows, columns] });

const rowsOf = (examples: Examples): Rows => ({
  x: matrix(examples),
  y: { data: examples.y, shape: [examples.rows, 1] },
});

/** Some of the rows, evenly spread over their order. */
export const thinned = (examples: Examples, most: number): Examples => {
  const { x, y, columns } = examples;
  const rows = Math.min(most, examples.rows);
  const chosen = Array.from({ length: rows }, (_, i) => Math.floor((i * examples.rows) / rows));
  return {
    x: Float64Array.from(chosen.flatMap((row) => [...x.subarray(row * columns, (row + 1) * columns)])),
    y: Float64Array.from(chosen, (row) => y[row]!),
    rows,
    columns,
  };
};

const questionsOf = ({ x, y, rows, columns }: Examples, outside: boolean): readonly Question[] =>
  Array.from({ length: rows }, (_, row) => ({ x: [...x.subarray(row * columns, (row + 1) * columns)], y: y[row]!, outside }));

const smallest = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[best]! || Number.isNaN(values[best]!)) best = i;
  return best;
};

const ofMember = (population: Population, member: number): Parameters =>
  new Map(
    [...population].map(([path, { shape, data }]) => {
      const size = data.length / shape[0]!;
      return [path, { shape: shape.slice(1), data: data.slice(member * size, (member + 1) * size) }];
    }),
  );

/** Everything that stays as it is during a training. */
interface Course {
  readonly problem: FitProblem;
  readonly backend: Backend;
  readonly steps: number;
  /** Steps between two moments. */
  readonly stride: number;
  readonly seed: number;
  readonly inside: Examples;
  readonly outside: Examples;
}

/** A population in training. */
interface Contender {
  readonly module: Module;
  readonly trainer: Trainer;
  readonly layers: Awaited<ReturnType<typeof lookInside>>['layers'];
  /** Its state at this moment, and the member that is best by validation. */
  readonly look: () => Promise<
    Seen & { readonly best: number; readonly parameters: Parameters; readonly bestAnswers: Float32Array }
  >;
  /** The best of all members and moments. */
  readonly result: () => Promise<{ readonly member: number; readonly step: number; readonly parameters: Parameters }>;
  readonly dispose: () => void;
}

const asQuestions = (inside: Examples, outside: Examples): NamedTensor => ({
  data: Float64Array.from([...inside.x, ...outside.x]),
  shape: [inside.rows + outside.rows, inside.columns],
});

const contend = async ({ build, training }: ModelEntry, members: number, course: Course): Promise<Contender> => {
  const { problem, backend, steps, stride, seed, inside, outside } = course;
  const module = build(problem);
  const trainer = createTrainer({
    module,
    backend,
    population: members,
    seed,
    loss: squaredErrorIn(problem.unit),
    // As `fit` trains by default.
    optimiser: adam({ learningRate: 0.05, beta2: 0.95 }),
    schedule: cosine(steps),
    ...training?.(steps),
    source: fullBatch(rowsOf(problem.train)),
    validation: rowsOf(problem.validation),
    chunkLengths: [stride],
  });
  const { layers, at, dispose } = await lookInside(module, members, asQuestions(inside, outside), inside.rows, backend);
  return {
    module,
    trainer,
    layers,
    look: async () => {
      const population = await trainer.parameters();
      const seen = await at(population);
      const best = smallest(trainer.history.at(-1)!.validation);
      const rows = seen.answers.length / members;
      return {
        ...seen,
        best,
        parameters: ofMember(population, best),
        bestAnswers: seen.answers.slice(best * rows, (best + 1) * rows),
      };
    },
    result: async () => {
      const { parameters, loss, step } = await trainer.select();
      const member = smallest(loss);
      return { member, step: step[member]!, parameters: ofMember(parameters, member) };
    },
    dispose: () => {
      dispose();
      trainer.dispose();
    },
  };
};

const errorsOf = (answers: Float32Array, { inside, outside }: Course): Errors => ({
  inside: relativeError(answers.subarray(0, inside.rows), inside.y),
  outside: relativeError(answers.subarray(inside.rows), outside.y),
});

/** Members whose answers far outside are right. */
const countLearned = (answers: Float32Array, { inside, outside }: Course): number => {
  const rows = inside.rows + outside.rows;
  return Array.from({ length: answers.length / rows }, (_, member) =>
    answers.subarray(member * rows, (member + 1) * rows),
  ).filter((own) => relativeError(own.subarray(inside.rows), outside.y) < learnedBelow).length;
};

/** The whole problem's errors of these parameters. */
const judge = async (module: Module, parameters: Parameters, { problem, backend }: Course): Promise<Errors> => {
  const model = createModel({ module, backend, parameters });
  try {
    const errorOn = async (examples: Examples): Promise<number> =>
      relativeError((await model.predict(matrix(examples))).data, examples.y);
    return { inside: await errorOn(problem.interpolation), outside: await errorOn(problem.extrapolation) };
  } finally {
    model.dispose();
  }
};

/** A formula at one moment needs fewer rows than the last one. */
const formulaNow = (module: Module, parameters: Parameters, { problem, inside, outside }: Course): string | null => {
  const numbers = [...parameters.values()].flatMap(({ data }) => [...data]);
  if (!numbers.every(Number.isFinite)) return null;
  const shown = { ...problem, interpolation: inside, extrapolation: outside };
  return readModel({ module, parameters }, shown).readout?.formula ?? null;
};

const frameOf = async (arithmetic: Contender, ordinary: Contender, course: Course): Promise<Frame> => {
  const ours = await arithmetic.look();
  const theirs = await ordinary.look();
  return {
    step: arithmetic.trainer.steps,
    loss: Float32Array.from(arithmetic.trainer.history.at(-1)!.validation, (value) => value * course.problem.unit ** 2),
    weights: ours.weights,
    gates: ours.gates,
    best: ours.best,
    answers: ours.bestAnswers,
    errors: errorsOf(ours.bestAnswers, course),
    learned: countLearned(ours.answers, course),
    ordinaryAnswers: theirs.bestAnswers,
    ordinaryErrors: errorsOf(theirs.bestAnswers, course),
    formula: formulaNow(arithmetic.module, ours.parameters, course),
  };
};

/**
 * Trains a population of a module on a problem, and a few ordinary networks beside it, in the same steps. Tells the setting, then
 * a hundred moments, and at the end what came of it.
 *
 * @throws TableError for a table that cannot be used, ExecutionError when no network ever had a finite error.
 */
export const trainPopulation = async (
  job: Job<'population'>,
  backend: Backend,
  post: (message: Message<'population'>) => void,
): Promise<void> => {
  const started = performance.now();
  const problem = readProblem(job.source, job.seed);
  const entry = models.find(({ name }) => name === job.model)!;
  const ordinaryEntry = models.find(({ name }) => name === 'relu')!;
  const stride = Math.ceil(job.steps / moments);
  const course: Course = {
    problem,
    backend,
    steps: stride * moments,
    stride,
    seed: job.seed,
    inside: thinned(problem.interpolation, mostQuestions),
    outside: thinned(problem.extrapolation, mostQuestions),
  };
  const arithmetic = await contend(entry, job.members, course);
  const ordinary = await contend(ordinaryEntry, Math.min(job.members, mostOrdinary), course);
  const contenders = [arithmetic, ordinary];
  try {
    post({
      kind: 'setting',
      setting: {
        device: backend.info.device,
        isSoftware: backend.info.softwareAdapter,
        inputs: problem.inputs,
        target: problem.name,
        division: problem.division,
        title: entry.title,
        ordinaryTitle: ordinaryEntry.title,
        steps: course.steps,
        members: job.members,
        layers: arithmetic.layers,
        questions: [...questionsOf(course.inside, false), ...questionsOf(course.outside, true)],
        notes: notesOn(problem, [entry]),
      },
    });
    const outbox = newOutbox<Frame>((items) => post({ kind: 'items', items }), every);
    for (let step = 0; step <= course.steps; step += stride) {
      for (const { trainer } of contenders) await trainer.train({ steps: step, evaluateEvery: stride });
      outbox.add(await frameOf(arithmetic, ordinary, course));
    }
    outbox.flush();

    const ours = await arithmetic.result();
    const theirs = await ordinary.result();
    const errors = await judge(arithmetic.module, ours.parameters, course);
    const { readout } = readModel({ module: arithmetic.module, parameters: ours.parameters }, problem);
    post({
      kind: 'result',
      result: {
        member: ours.member,
        step: ours.step,
        errors,
        ordinaryErrors: await judge(ordinary.module, theirs.parameters, course),
        formula: readout?.formula ?? null,
        formulaErrors: readout && {
          inside: readout.formulaError.interpolation,
          outside: readout.formulaError.extrapolation,
        },
        learned: errors.outside < learnedBelow,
        milliseconds: performance.now() - started,
      },
    });
  } finally {
    for (const contender of contenders) contender.dispose();
  }
};
