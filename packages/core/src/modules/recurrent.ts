import { ArgumentError } from '../errors.ts';
import { checkOptionNames } from '../options.ts';
import { constantInit } from '../random/initialisers.ts';
import { withScope } from '../tensor/provenance.ts';
import { concat, constant, type Tensor } from '../tensor/tensor.ts';
import { scan } from '../transform/scan.ts';
import type { Cell, CellStep } from './cell.ts';
import type { AnyValues, ApplyContext, Module, ParamSpec } from './contract.ts';

export interface RecurrentOptions {
  readonly cell: Cell;
  /** Steps of a sequence. It shapes no parameter: one with another number of steps takes the same parameters. */
  readonly steps: number;
  /** `last`: the output of the last step. `all`: those of all steps, side by side. Default: `last`. */
  readonly outputs?: 'last' | 'all';
  /** True: the state before the first step is learned, from the cell's own start. Default: false. */
  readonly learnedStart?: boolean;
}

/** Longer sequences are run by a loop; shorter ones are written out, so that they can be read back as a formula. */
const LONGEST_WRITTEN_OUT = 32;

type Parts = { readonly cell: AnyValues<Tensor>; readonly start?: { readonly [index: string]: Tensor } };

const firstCarry = ({ carry }: Cell, { start }: Parts, rows: number): readonly Tensor[] =>
  carry.map((each, i) => (start?.[String(i)] ?? constant(each.start)).broadcastTo([rows, each.width]));

const inputAt = (x: Tensor, width: number, t: number): Tensor => x.slice([0, t * width], [x.shape[0]!, (t + 1) * width]);

/** Every step in the graph, one after the other: the only form that has a derivative. */
const writtenOut = (cell: Cell, steps: number, p: Parts, x: Tensor, context: ApplyContext): readonly Tensor[] => {
  const ys: Tensor[] = [];
  let carry = firstCarry(cell, p, x.shape[0]!);
  for (let t = 0; t < steps; t++) {
    const next: CellStep = withScope(`step ${t}`, () => cell.step(p.cell, carry, inputAt(x, cell.inputs, t), context));
    ({ carry } = next);
    ys.push(next.y);
  }
  return ys;
};

/** The same as a loop: [steps, rows, outputs] and the last output. */
const looped = (cell: Cell, steps: number, p: Parts, x: Tensor, context: ApplyContext) => {
  const rows = x.shape[0]!;
  const { carry, ys } = scan(
    {
      length: steps,
      carry: [...firstCarry(cell, p, rows), constant(0).broadcastTo([rows, cell.outputs])],
      xs: [x.reshape([rows, steps, cell.inputs]).transpose([1, 0, 2])],
    },
    (before, [input]) => {
      const next = cell.step(p.cell, before.slice(0, -1), input!, context);
      return { carry: [...next.carry, next.y], ys: [next.y] };
    },
  );
  return { all: ys[0]!, last: carry.at(-1)! };
};

/**
 * A network that reads its row step by step: x₁ … x_T, side by side in the row, with `cell.inputs` numbers each.
 *
 * x [rows, steps·cell.inputs] → [rows, cell.outputs], or [rows, steps·cell.outputs] with the outputs of all steps. Parameters
 * are the cell's, under `cell`, and with a learned start one vector per carry, under `start`. Training writes every step out
 * (backpropagation through time); sequences longer than 32 steps are predicted by a loop.
 *
 * @throws ArgumentError for a number of steps below 1.
 */
export const recurrent = (options: RecurrentOptions): Module => {
  checkOptionNames('recurrent', options, { cell: true, steps: true, outputs: true, learnedStart: true });
  const { cell, steps, outputs = 'last', learnedStart = false } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new ArgumentError(`recurrent: steps must be a whole number of at least 1, but it is ${steps}.`);
  const all = outputs === 'all';
  const start: Record<string, ParamSpec> = {};
  if (learnedStart)
    cell.carry.forEach(({ width, start: value }, i) => {
      start[String(i)] = { shape: [width], init: constantInit(value), group: 'start' };
    });
  const { constrain, penalty, snap, module } = cell;
  return {
    name: `recurrent ${cell.name}`,
    paper: cell.paper,
    inputs: steps * cell.inputs,
    outputs: all ? steps * cell.outputs : cell.outputs,
    params: { cell: cell.params, ...(learnedStart && { start }) },
    settings: { ...cell.settings, start: cell.carry.map((each) => each.start).join(' ') },
    apply: (p: Parts, x, context) => {
      if (context.training || steps <= LONGEST_WRITTEN_OUT) {
        const ys = writtenOut(cell, steps, p, x, context);
        return all ? concat(ys, 1) : ys.at(-1)!;
      }
      const loop = looped(cell, steps, p, x, context);
      return all ? loop.all.transpose([1, 0, 2]).reshape([x.shape[0]!, steps * cell.outputs]) : loop.last;
    },
    ...(constrain && { constrain: (p: AnyValues<Tensor>) => ({ ...p, cell: constrain((p as Parts).cell) }) }),
    ...(module && { parts: (p: Parts) => [{ path: 'cell', module, parameters: p.cell }] }),
    ...(penalty && { penalty: (p: Parts, context: ApplyContext) => penalty(p.cell, context) }),
    ...(snap && {
      snap: (p: AnyValues<Tensor>, nearest: (weights: Tensor) => Tensor) => ({ ...p, cell: snap((p as Parts).cell, nearest) }),
    }),
  } as Module;
};

/**
 * One module for every step of a sequence: reads each image of a row of images, for example.
 *
 * x [rows, steps·module.inputs] → [rows, steps·module.outputs]. Parameters are the module's.
 *
 * @throws ArgumentError for a number of steps below 1.
 */
export const perStep = (module: Module, steps: number): Module => {
  if (!Number.isInteger(steps) || steps < 1)
    throw new ArgumentError(`perStep: steps must be a whole number of at least 1, but it is ${steps}.`);
  const { form: _, layers: __, ...rest } = module;
  return {
    ...rest,
    inputs: steps * module.inputs,
    outputs: steps * module.outputs,
    parts: (parameters: AnyValues<Tensor>) => [{ path: '', module, parameters }],
    apply: (p, x, context) => {
      const rows = x.shape[0]!;
      const each = module.apply(p, x.reshape([rows * steps, module.inputs]), context);
      return each.reshape([rows, steps * module.outputs]);
    },
  };
};
