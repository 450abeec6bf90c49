import { plus, sizeOf, times, variable, fixed, type Affine, type NodeOf } from '@nalu/core/graph';
import { laneIndices, layoutOf } from '@nalu/core/loops';
import { joined, type Code } from '../assembler/encoding.ts';
import { control, i32, local } from '../assembler/instructions.ts';
import { types } from '../assembler/module.ts';
import { newCounter, type Counter } from './counter.ts';
import type { MemoryPlace } from './memory.ts';
import { Nest } from './nest.ts';
import { writeCopy } from './region.ts';
import { read, slotPlace, type Place, type Scope } from './values.ts';

/** Writes the steps of a graph; passed in, because a body may contain scans. */
export type WriteSteps = (scope: Scope) => Code;

/** How a carry is written: its place while the body runs, the place of its next value, and what happens around the body. */
interface Carry {
  readonly place: Place;
  readonly next: MemoryPlace | undefined;
  readonly locals: readonly number[];
  readonly before: Code;
  readonly swap: Code;
}

const behindPointer = (pointer: number): MemoryPlace => ({ kind: 'memory', pointer, base: fixed(0) });

/** The elements of a small value, one variable each. */
const elements = (scope: Scope, id: number): { readonly code: Code; readonly locals: readonly number[] } => {
  const { shape } = scope.plan.graph.nodes[id]!;
  const nest = new Nest([], scope.program);
  const operands = laneIndices(shape, layoutOf(shape, scope.program.settings), []).map((index) => read(scope, nest, id, index));
  return { code: nest.lines(), locals: operands.map((operand) => operand.local) };
};

const newCarry = (scope: Scope, id: number, node: NodeOf<'scan'>, i: number): Carry => {
  const { program, plan } = scope;
  const { writer } = program;
  const home = plan.scans.get(id)!.carries[i]!;
  const first = node.inputs[node.attrs.constants + i]!;
  if (home.kind === 'unchanged')
    return { place: { kind: 'outer', scope, id: first, prefix: [] }, next: undefined, locals: [], before: [], swap: [] };
  if (home.kind === 'locals') {
    const initial = elements(scope, first);
    const locals = initial.locals.map(() => writer.local(types.v128));
    const moves = joined(locals.map((target, k) => local.set(target, local.get(initial.locals[k]!))));
    return { place: { kind: 'locals', locals }, next: undefined, locals, before: initial.code.concat(moves), swap: [] };
  }
  const [current, next, held] = [0, 1, 2].map(() => writer.local(types.i32)) as [number, number, number];
  const addresses = home.slots.map((slot) => {
    const { pointer, base } = slotPlace(scope, slot);
    return i32.add(local.get(pointer), 4 * base.constant);
  });
  const copy = writeCopy(scope, first, behindPointer(current));
  return {
    place: behindPointer(current),
    next: behindPointer(next),
    locals: [],
    before: local.set(current, addresses[0]!).concat(local.set(next, addresses[1]!), copy),
    swap: local.set(held, local.get(current)).concat(local.set(current, local.get(next)), local.set(next, local.get(held))),
  };
};

/** Assigns all variables at once: those that hold another carry's old value are saved first. */
const assign = (scope: Scope, pairs: readonly (readonly [target: number, source: number])[]): Code => {
  const targets = new Set(pairs.map(([target]) => target));
  const changed = pairs.filter(([target, source]) => target !== source);
  const saved: number[] = [];
  const moves = changed.map(([target, source]) => {
    if (!targets.has(source)) return local.set(target, local.get(source));
    const copy = scope.program.writer.local(types.v128);
    saved.push(...local.set(copy, local.get(source)));
    return local.set(target, local.get(copy));
  });
  return saved.concat(...moves);
};

const writeStacked = (body: Scope, node: NodeOf<'scan'>, places: readonly MemoryPlace[], step: Counter): Code => {
  const { carries, keepEvery, length } = node.attrs;
  const kept = keepEvery === 1 ? step : newCounter(body.program);
  const position: Affine = variable(kept.name, Math.max(1, Math.floor(length / keepEvery)));
  const copies = places.map((place, i) => {
    const output = body.plan.graph.outputs[carries + i]!;
    const { shape } = body.plan.graph.nodes[output]!;
    return writeCopy(body, output, { ...place, base: plus(place.base, times(position, sizeOf(shape))) });
  });
  if (copies.length === 0 || keepEvery === 1) return joined(copies);
  const done = i32.add(local.get(step.local), 1);
  const every = i32.constant(keepEvery);
  const index = local.set(kept.local, i32.add(i32.divU(done, every), -1));
  return control.when(i32.eqz(i32.remU(done, every)), index.concat(...copies));
};

/** Writes a scan as a loop around its body. Carries take turns between two slots or stay in variables: nothing is copied. */
export const writeScan = (
  scope: Scope,
  id: number,
  node: NodeOf<'scan'>,
  outputPlace: (position: number) => MemoryPlace,
  writeSteps: WriteSteps,
  uid: number,
): Code => {
  const { program, plan } = scope;
  const scan = plan.scans.get(id)!;
  const { body, constants, carries, length } = node.attrs;
  const step = newCounter(program);
  // The number of steps is no part of the code: loops of different lengths share their machine code.
  const count = program.writer.local(types.i32);
  const readCount = local.set(count, program.scanLength(length));
  const all = Array.from({ length: carries }, (_, i) => newCarry(scope, id, node, i));
  const places = new Map<number, Place>();
  body.inputs.forEach((input, i) => {
    const outer = node.inputs[i]!;
    const carry = all[i - constants];
    if (carry !== undefined) places.set(input, carry.place);
    else places.set(input, { kind: 'outer', scope, id: outer, prefix: i < constants ? [] : [variable(step.name, length)] });
  });
  const inner: Scope = { program, plan: scan.body, places, arena: scope.arena + plan.offsets[scan.arena]!, uid };
  all.forEach(({ next }, i) => {
    const output = body.outputs[i]!;
    const home = scan.body.homes.get(output);
    if (home?.kind === 'output' && home.position === i && next !== undefined) places.set(output, next);
  });
  const stacked = scan.stacked.map((home): MemoryPlace =>
    home.kind === 'slot' ? slotPlace(scope, home.slot) : outputPlace((home as { position: number }).position),
  );
  const steps = writeSteps(inner);
  const copies = all.map(({ next }, i) => {
    const output = body.outputs[i]!;
    const home = scan.body.homes.get(output);
    const written = home?.kind === 'output' && home.position === i;
    return next === undefined || written ? [] : writeCopy(inner, output, next);
  });
  const ys = writeStacked(inner, node, stacked, step);
  const nexts = all.map(({ locals }, i) => (locals.length === 0 ? { code: [], locals: [] } : elements(inner, body.outputs[i]!)));
  const assigned = assign(
    scope,
    all.flatMap(({ locals }, i) => locals.map((target, k) => [target, nexts[i]!.locals[k]!] as const)),
  );
  plan.graph.nodes.forEach((each, pick) => {
    if (each.op !== 'pick' || each.inputs[0] !== id) return;
    const { index } = each.attrs;
    const carry = all[index];
    scope.places.set(pick, carry === undefined ? stacked[index - carries]! : carry.place);
  });
  const loop = joined([
    steps,
    ...copies,
    ys,
    ...nexts.map(({ code }) => code),
    assigned,
    ...all.map(({ swap }) => swap),
    local.set(step.local, i32.add(local.get(step.local), 1)),
  ]);
  return joined([
    ...all.map(({ before }) => before),
    readCount,
    local.set(step.local, i32.constant(0)),
    control.when(local.get(count), control.repeat(loop, i32.ltU(local.get(step.local), local.get(count)))),
  ]);
};
